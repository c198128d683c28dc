package io.github.claudecodeproxy.upstream;

/** The header of a gzip member, RFC 1952, section 2.3. */
final class GzipHeader {

    static final byte FIRST_BYTE = 0x1F;

    /** The bytes are no gzip header. */
    static final int BROKEN = -1;

    /** The header goes on after the bytes. */
    static final int INCOMPLETE = -2;

    private static final int FIXED_LENGTH = 10;
    private static final int CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private GzipHeader() {}

    /** How long the header is that the bytes begin with. */
    static int length(byte[] bytes, int length) {
        boolean broken = (length > 0 && bytes[0] != FIRST_BYTE)
                || (length > 1 && bytes[1] != (byte) 0x8B)
                || (length > 2 && bytes[2] != 8);
        if (broken) {
            return BROKEN;
        }
        return length < FIXED_LENGTH ? INCOMPLETE : optionalParts(bytes, length);
    }

    private static int optionalParts(byte[] bytes, int length) {
        int flags = bytes[3];
        int at = FIXED_LENGTH;
        if ((flags & EXTRA) != 0) {
            at = at + 2 > length ? Integer.MAX_VALUE : at + 2 + (bytes[at] & 0xFF) + ((bytes[at + 1] & 0xFF) << 8);
        }
        if ((flags & NAME) != 0) {
            at = afterZero(bytes, at, length);
        }
        if ((flags & COMMENT) != 0) {
            at = afterZero(bytes, at, length);
        }
        if ((flags & CHECKSUM) != 0 && at <= length) {
            at += 2;
        }
        return at > length ? INCOMPLETE : at;
    }

    private static int afterZero(byte[] bytes, int from, int length) {
        for (int at = from; at < length; at++) {
            if (bytes[at] == 0) {
                return at + 1;
            }
        }
        return Integer.MAX_VALUE;
    }
}
