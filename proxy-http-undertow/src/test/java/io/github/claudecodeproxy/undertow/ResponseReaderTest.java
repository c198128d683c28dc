package io.github.claudecodeproxy.undertow;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.claudecodeproxy.upstream.UpstreamException;
import io.github.claudecodeproxy.upstream.UpstreamResponseHead;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseReaderTest {

    private final ResponseReader reader = new ResponseReader(false);
    private final StringBuilder body = new StringBuilder();

    /** Gives it the bytes in pieces of this size; returns what it has not taken. */
    private String read(String bytes, int size) throws UpstreamException {
        byte[] all = bytes.getBytes(ISO_8859_1);
        for (int from = 0; from < all.length; from += size) {
            ByteBuffer piece = ByteBuffer.wrap(all, from, Math.min(size, all.length - from));
            if (reader.head() == null) {
                reader.readHead(piece);
            }
            if (reader.head() != null) {
                reader.readBody(piece).forEach(data -> body.append(ISO_8859_1.decode(data)));
            }
            if (reader.complete()) {
                return new String(all, piece.position(), all.length - piece.position(), ISO_8859_1);
            }
        }
        return "";
    }

    private UpstreamResponseHead head() {
        return Objects.requireNonNull(reader.head());
    }

    @Test
    void readsChunksHoweverTheyAreCut() throws Exception {
        String answer = String.join(
                "\r\n",
                "HTTP/1.1 100 Continue",
                "",
                "HTTP/1.1 200 OK",
                "Content-Type: text/event-stream",
                "X-Folded: one",
                " two",
                "X-Twice: 1",
                "x-twice:2  ",
                "Transfer-Encoding: Chunked",
                "",
                "5;name=value",
                "hello",
                "0000A ",
                "0123456789",
                "0",
                "X-Trailer: 1",
                "",
                "HTTP/1.1 next");
        for (int size = 1; size <= answer.length(); size++) {
            ResponseReaderTest cut = new ResponseReaderTest();
            assertThat(cut.read(answer, size)).isEqualTo("HTTP/1.1 next");
            assertThat(cut.body).hasToString("hello0123456789");
            assertThat(cut.head().status()).isEqualTo(200);
            assertThat(cut.head().header("x-folded")).isEqualTo("one two");
            assertThat(cut.head().header("x-twice")).isEqualTo("2");
            assertThat(cut.reader.keepsAlive()).isTrue();
        }
    }

    @Test
    void readsALength() throws Exception {
        assertThat(read("HTTP/1.1 200\nContent-Length: 3\nContent-Length: 3\n\nabcde", 4))
                .isEqualTo("de");
        assertThat(body).hasToString("abc");
        assertThat(reader.keepsAlive()).isTrue();
    }

    @Test
    void readsUntilTheEnd() throws Exception {
        read("HTTP/1.1 200 OK\r\n\r\nabc", 5);
        assertThat(reader.complete()).isFalse();
        reader.end();
        assertThat(reader.complete()).isTrue();
        assertThat(reader.keepsAlive()).isFalse();
        assertThat(body).hasToString("abc");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nConnection: X, Close\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 101 Switching\r\n\r\n"
            })
    void doesNotUseSuchConnectionsAgain(String answer) throws Exception {
        assertThat(read(answer, 7)).isEmpty();
        assertThat(reader.complete()).isTrue();
        assertThat(reader.keepsAlive()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/2 200\r\n",
                "HTTP/1.1 99 Odd\r\n",
                "HTTP/1.1 2000\r\n",
                "HTTP/1.1 200 OK\r\n folded: first\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n",
                "HTTP/1.1 200 OK\r\n: no name\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1234567890123456789\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1x\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\rx\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r;x\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n;x\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\r",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabcd",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\n"
            })
    void refusesWhatIsNoHttp(String answer) {
        assertThatThrownBy(() -> read(answer, answer.length()))
                .isInstanceOfSatisfying(
                        UpstreamException.class,
                        e -> assertThat(e.reason()).isEqualTo(UpstreamException.Reason.PROTOCOL));
    }

    @Test
    void holdsItsLimits() throws Exception {
        String large = "HTTP/1.1 200 OK\r\nX: " + "x".repeat(380 << 10) + "\r\nContent-Length: 0\r\n\r\n";
        read(large, 4096);
        assertThat(reader.complete()).isTrue();
        assertThatThrownBy(() -> new ResponseReaderTest().read("HTTP/1.1 200 OK\r\nX: " + "x".repeat(384 << 10), 4096))
                .isInstanceOf(UpstreamException.class);
        String interim = "HTTP/1.1 100 Continue\r\n\r\n";
        ResponseReaderTest patient = new ResponseReaderTest();
        patient.read(interim.repeat(8) + "HTTP/1.1 204 None\r\n\r\n", 4096);
        assertThat(patient.reader.complete()).isTrue();
        assertThatThrownBy(() -> new ResponseReaderTest().read(interim.repeat(9), 4096))
                .isInstanceOf(UpstreamException.class);
        String chunk = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;";
        ResponseReaderTest extended = new ResponseReaderTest();
        extended.read(chunk + "x".repeat(4092) + "\r\na\r\n0;" + "x".repeat(4000) + "\r\nX-Trailer: 1\r\n\r\n", 4096);
        assertThat(extended.body).hasToString("a");
        assertThat(extended.reader.keepsAlive()).isTrue();
        assertThatThrownBy(() -> new ResponseReaderTest().read(chunk + "x".repeat(4093) + "\r\na", 4096))
                .isInstanceOf(UpstreamException.class);
        String digits = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n000000000000001";
        ResponseReaderTest fifteen = new ResponseReaderTest();
        fifteen.read(digits + "\r\na", 4096);
        assertThat(fifteen.body).hasToString("a");
        assertThatThrownBy(() -> new ResponseReaderTest().read(digits + "0\r\n", 4096))
                .isInstanceOf(UpstreamException.class);
    }

    @Test
    void takesChunksWhoseLinesEndInALineFeedOnly() throws Exception {
        assertThat(read("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nhello\n0\n\n", 1))
                .isEmpty();
        assertThat(body).hasToString("hello");
        assertThat(reader.keepsAlive()).isTrue();
    }

    @Test
    void takesWhatFollowsAConnectForTheTunnel() throws Exception {
        ResponseReader connected = new ResponseReader(true);
        ByteBuffer bytes = ISO_8859_1.encode("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nTLS");
        assertThat(connected.readHead(bytes)).isTrue();
        assertThat(connected.complete()).isTrue();
        assertThat(bytes.remaining()).isEqualTo(3);
    }
}
