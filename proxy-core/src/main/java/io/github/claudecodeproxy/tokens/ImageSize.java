package io.github.claudecodeproxy.tokens;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Width and height of a PNG, JPEG, GIF or WebP, read from its first bytes. Immutable. */
record ImageSize(int width, int height) {

    /** In a photograph the size comes behind a preview and much about the camera. */
    private static final int LONGEST_HEAD = 256 << 10;

    private static final int SHORT_HEAD = 64;

    /** The size, or null when the data say none. */
    static @Nullable ImageSize ofBase64(String data) {
        byte[] head = decoded(data, SHORT_HEAD);
        ImageSize size = jpeg(head) ? ofJpeg(decoded(data, LONGEST_HEAD)) : ofHead(head);
        return size == null || size.width <= 0 || size.height <= 0 ? null : size;
    }

    private static byte[] decoded(String data, int most) {
        int length = Math.min(data.length(), most);
        try {
            return Base64.getMimeDecoder().decode(data.substring(0, length - length % 4));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static @Nullable ImageSize ofHead(byte[] b) {
        if (b.length >= 24 && at(b, 0) == 0x89 && text(b, 1, "PNG")) {
            return new ImageSize(big(b, 16, 4), big(b, 20, 4));
        }
        if (b.length >= 10 && text(b, 0, "GIF8")) {
            return new ImageSize(little(b, 6, 2), little(b, 8, 2));
        }
        return b.length >= 30 && text(b, 0, "RIFF") && text(b, 8, "WEBP") ? ofWebp(b) : null;
    }

    private static @Nullable ImageSize ofWebp(byte[] b) {
        if (text(b, 12, "VP8X")) {
            return new ImageSize(1 + little(b, 24, 3), 1 + little(b, 27, 3));
        }
        if (text(b, 12, "VP8L")) {
            int bits = little(b, 21, 4);
            return new ImageSize(1 + (bits & 0x3FFF), 1 + (bits >>> 14 & 0x3FFF));
        }
        return text(b, 12, "VP8 ") ? new ImageSize(little(b, 26, 2) & 0x3FFF, little(b, 28, 2) & 0x3FFF) : null;
    }

    private static boolean jpeg(byte[] b) {
        return b.length >= 4 && at(b, 0) == 0xFF && at(b, 1) == 0xD8;
    }

    /** The size is in the first "start of frame". */
    private static @Nullable ImageSize ofJpeg(byte[] b) {
        int i = 2;
        while (i + 9 <= b.length && at(b, i) == 0xFF) {
            int marker = at(b, i + 1);
            boolean frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
            if (frame) {
                return new ImageSize(big(b, i + 7, 2), big(b, i + 5, 2));
            }
            i += marker == 0xFF ? 1 : 2 + Math.max(2, big(b, i + 2, 2));
        }
        return null;
    }

    private static int at(byte[] b, int i) {
        return b[i] & 0xFF;
    }

    private static boolean text(byte[] b, int from, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (b[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int big(byte[] b, int from, int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 8 | at(b, from + i);
        }
        return value;
    }

    private static int little(byte[] b, int from, int count) {
        int value = 0;
        for (int i = count - 1; i >= 0; i--) {
            value = value << 8 | at(b, from + i);
        }
        return value;
    }
}
