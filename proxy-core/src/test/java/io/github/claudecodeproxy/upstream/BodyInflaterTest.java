package io.github.claudecodeproxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyInflaterTest {

    private static final byte[] TEXT =
            "data: some text, some more text\n\n".repeat(2000).getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 100, 1 << 20})
    void decodesInPiecesOfAnySize(int size) throws Exception {
        assertThat(decode("gzip", gzip(TEXT), size)).isEqualTo(TEXT);
        assertThat(decode("x-gzip", gzipWithEverything(TEXT), size)).isEqualTo(TEXT);
        assertThat(decode("deflate", deflate(TEXT, false), size)).isEqualTo(TEXT);
        assertThat(decode("deflate", deflate(TEXT, true), size)).isEqualTo(TEXT);
        assertThat(decode("deflate", deflate(new byte[0], true), size)).isEmpty();
    }

    @Test
    void decodesSeveralMembersAndIgnoresPadding() throws Exception {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(gzip(new byte[] {'a'}));
        both.writeBytes(gzip(new byte[] {'b'}));
        both.writeBytes(new byte[100]);
        assertThat(decode("gzip", both.toByteArray(), 7)).containsExactly('a', 'b');
    }

    @Test
    void aCutBodyIsTruncatedWhereverItIsCut() throws Exception {
        byte[] whole = gzip("data: a\n\n".getBytes(StandardCharsets.UTF_8));
        for (int length = 1; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> decode("gzip", cut, 5))
                    .as("%d bytes", length)
                    .isInstanceOfSatisfying(
                            UpstreamException.class,
                            e -> assertThat(e.reason()).isEqualTo(UpstreamException.Reason.TRUNCATED));
        }
        assertThat(decode("gzip", new byte[0], 1)).isEmpty();
    }

    @Test
    void brokenBodies() throws Exception {
        byte[] wrongChecksum = gzip(TEXT);
        wrongChecksum[wrongChecksum.length - 8] ^= 1;
        byte[] endlessName = new byte[10_000];
        System.arraycopy(new byte[] {0x1F, (byte) 0x8B, 8, 8}, 0, endlessName, 0, 4);
        Arrays.fill(endlessName, 10, endlessName.length, (byte) 'x');
        for (byte[] broken : List.of(wrongChecksum, endlessName, "plain text".getBytes(StandardCharsets.UTF_8))) {
            assertProtocol(() -> decode("gzip", broken, 100));
        }
        assertProtocol(() -> decode("deflate", new byte[] {0x78, (byte) 0x9C, (byte) 0xFF, (byte) 0xFF}, 100));
    }

    @Test
    void bombs() throws Exception {
        byte[] zeros = gzip(new byte[(int) BodyInflater.MAX_DECODED_BYTES + 1]);
        BodyInflater inflater = Objects.requireNonNull(BodyInflater.forEncoding("gzip"));
        assertProtocol(() -> {
            for (int at = 0; at < zeros.length; at += 1000) {
                List<ByteBuffer> unused =
                        inflater.decode(List.of(ByteBuffer.wrap(zeros, at, Math.min(1000, zeros.length - at))));
            }
        });
    }

    @Test
    void unknownEncodings() {
        assertThat(BodyInflater.forEncoding("br")).isNull();
        assertThat(BodyInflater.forEncoding("gzip,gzip")).isNull();
    }

    private static void assertProtocol(org.assertj.core.api.ThrowableAssert.ThrowingCallable decoding) {
        assertThatThrownBy(decoding)
                .isInstanceOfSatisfying(
                        UpstreamException.class,
                        e -> assertThat(e.reason()).isEqualTo(UpstreamException.Reason.PROTOCOL));
    }

    private static byte[] decode(String encoding, byte[] encoded, int size) throws UpstreamException {
        BodyInflater inflater = Objects.requireNonNull(BodyInflater.forEncoding(encoding));
        ByteArrayOutputStream decoded = new ByteArrayOutputStream();
        for (int at = 0; at < encoded.length; at += size) {
            ByteBuffer piece = ByteBuffer.wrap(encoded, at, Math.min(size, encoded.length - at))
                    .asReadOnlyBuffer();
            for (ByteBuffer buffer : inflater.decode(List.of(piece))) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                decoded.writeBytes(bytes);
            }
        }
        inflater.end();
        return decoded.toByteArray();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(encoded)) {
            gzip.write(bytes);
        }
        return encoded.toByteArray();
    }

    /** With an extra field, a name, a comment and a checksum of the header, which the JDK never writes. */
    private static byte[] gzipWithEverything(byte[] bytes) throws IOException {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        encoded.write(new byte[] {0x1F, (byte) 0x8B, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3});
        encoded.write(new byte[] {3, 0, 'x', 0, 'y'});
        encoded.write(new byte[] {'n', 0, 'c', 'o', 0});
        encoded.write(new byte[] {1, 2});
        encoded.write(deflate(bytes, true));
        CRC32 checksum = new CRC32();
        checksum.update(bytes);
        for (int shift = 0; shift < 32; shift += 8) {
            encoded.write((int) (checksum.getValue() >> shift));
        }
        encoded.write(new byte[] {0, 0, 0, 0});
        return encoded.toByteArray();
    }

    private static byte[] deflate(byte[] bytes, boolean bare) throws IOException {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, bare);
        try (DeflaterOutputStream out = new DeflaterOutputStream(encoded, deflater)) {
            out.write(bytes);
        }
        deflater.end();
        return encoded.toByteArray();
    }
}
