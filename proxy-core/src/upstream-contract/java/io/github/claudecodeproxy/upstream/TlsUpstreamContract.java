package io.github.claudecodeproxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.testkit.fault.Certificates;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
abstract class TlsUpstreamContract {

    /** The client under test; to be closed by the caller. */
    abstract UpstreamClient client(ClientSetup setup);

    private static Certificates certificates;

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificates = Certificates.make();
    }

    @AfterAll
    static void deleteCertificates() throws Exception {
        certificates.close();
    }

    @Test
    void speaksTlsToATrustedServer() throws Exception {
        SSLContext context = certificates.context("good");
        AtomicInteger requests = new AtomicInteger();
        try (UpstreamClient client = client(ClientSetup.trusting(context));
                RawServer server = new RawServer(context.getServerSocketFactory(), connection -> {
                    connection.request();
                    requests.incrementAndGet();
                    connection.answer("ok");
                })) {
            // The server closes each connection after its answer, so that some calls meet a dead one.
            for (int i = 0; i < 30; i++) {
                Recorder recorder = Recorder.greedy().send(client, post(server.uri("https")));
                assertThat(recorder.last()).isEqualTo("end");
                assertThat(recorder.body()).isEqualTo("ok");
            }
            assertThat(requests).hasValue(30);
        }
    }

    @Test
    void namesWhatIsWrongWithACertificate() throws Exception {
        assertThat(failure(SSLContext.getDefault(), "good")).contains("not trusted");
        assertThat(failure(certificates.context("wrong host"), "wrong host")).contains("not valid for it");
        assertThat(failure(certificates.context("expired"), "expired")).contains("expired");
    }

    @Test
    void plainServer() throws Exception {
        try (UpstreamClient client = client(ClientSetup.plain());
                RawServer server = new RawServer(connection -> {
                    connection.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
                    connection.awaitClosed();
                })) {
            assertThat(Recorder.greedy().send(client, post(server.uri("https"))).last())
                    .isEqualTo("TLS");
        }
    }

    @Test
    void serverThatClosesWithinTheHandshake() throws Exception {
        try (UpstreamClient client = client(ClientSetup.plain());
                RawServer server = new RawServer(
                        connection -> connection.socket().getInputStream().read())) {
            assertThat(Recorder.greedy().send(client, post(server.uri("https"))).last())
                    .isEqualTo("TLS");
        }
    }

    @Test
    void serverThatIsSilentInTheHandshake() throws Exception {
        try (UpstreamClient client = client(new ClientSetup(Duration.ofMillis(300), null, null));
                RawServer server = new RawServer(RawServer.Connection::awaitClosed)) {
            assertThat(Recorder.greedy().send(client, post(server.uri("https"))).last())
                    .isEqualTo("CONNECT_TIMEOUT");
        }
    }

    private String failure(SSLContext trust, String certificate) throws Exception {
        try (UpstreamClient client = client(ClientSetup.trusting(trust));
                RawServer server =
                        new RawServer(certificates.context(certificate).getServerSocketFactory(), connection -> {
                            connection.request();
                            connection.answer("ok");
                        })) {
            Recorder recorder = Recorder.greedy().send(client, post(server.uri("https")));
            assertThat(recorder.last()).isEqualTo("TLS");
            assertThat(server.accepted()).isEqualTo(1);
            return String.valueOf(recorder.failure().getMessage());
        }
    }

    private static UpstreamRequest post(URI uri) {
        return UpstreamRequest.post(uri, Map.of(), "{}".getBytes(StandardCharsets.UTF_8));
    }
}
