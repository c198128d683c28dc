package io.github.claudecodeproxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.testkit.fault.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A proxy between us and the upstream, with a password. */
@Timeout(60)
abstract class HttpProxyContract {

    /** The client under test; to be closed by the caller. */
    abstract UpstreamClient client(ClientSetup setup);

    private static final String EXPECTED = "proxy-authorization: basic "
            + Base64.getEncoder()
                    .encodeToString("alice:p@ss \u00e9".getBytes(StandardCharsets.UTF_8))
                    .toLowerCase(Locale.ROOT);

    private final List<String> seen = new CopyOnWriteArrayList<>();

    private static URI address(RawServer proxy, String user) {
        return URI.create("http://" + user + "127.0.0.1:" + proxy.uri().getPort());
    }

    private static UpstreamRequest post(URI uri) {
        return UpstreamRequest.post(uri, Map.of("Authorization", "Bearer k"), "{}".getBytes(StandardCharsets.UTF_8));
    }

    /** Asks for the password, then answers by itself or opens a tunnel. */
    private void proxy(RawServer.Connection connection) throws IOException {
        String request = String.valueOf(connection.request());
        seen.add(request);
        if (!request.toLowerCase(Locale.ROOT).contains(EXPECTED)) {
            connection.send(String.join(
                    "\r\n",
                    "HTTP/1.1 407 Proxy Authentication Required",
                    "Proxy-Authenticate: Basic realm=\"x\"",
                    "Content-Length: 0",
                    "",
                    ""));
        } else if (request.startsWith("CONNECT ")) {
            int port = Integer.parseInt(request.substring(request.indexOf(':') + 1, request.indexOf(" HTTP")));
            try (Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
                connection.send("HTTP/1.1 200 OK\r\n\r\n");
                Thread back = new Thread(() -> pass(server, connection.socket()));
                back.setDaemon(true);
                back.start();
                pass(connection.socket(), server);
            }
        } else {
            connection.answer("from the proxy");
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // one of them has ended
        }
    }

    @Test
    void aPlainRequestCarriesThePassword() throws Exception {
        try (RawServer proxy = new RawServer(this::proxy);
                UpstreamClient client = client(
                        new ClientSetup(Duration.ofSeconds(10), null, address(proxy, "alice:p%40ss%20%C3%A9@")))) {
            Recorder recorder = Recorder.greedy().send(client, post(URI.create("http://upstream.invalid/v1/chat")));
            assertThat(recorder.last()).isEqualTo("end");
            assertThat(recorder.body()).isEqualTo("from the proxy");
        }
        assertThat(seen.get(0)).startsWith("POST http://upstream.invalid/v1/chat HTTP/1.1");
    }

    /** The tests run with {@code jdk.http.auth.tunneling.disabledSchemes} set to nothing, as the launcher does. */
    @Test
    void aTunnelIsOpenedWithThePasswordWhichTheUpstreamDoesNotSee() throws Exception {
        List<String> upstream = new CopyOnWriteArrayList<>();
        try (Certificates certificates = Certificates.make()) {
            SSLContext context = certificates.context("good");
            try (RawServer proxy = new RawServer(this::proxy);
                    RawServer server = new RawServer(context.getServerSocketFactory(), connection -> {
                        upstream.add(String.valueOf(connection.request()));
                        connection.answer("ok");
                    });
                    UpstreamClient client = client(new ClientSetup(
                            Duration.ofSeconds(10), context, address(proxy, "alice:p%40ss%20%C3%A9@")))) {
                Recorder recorder = Recorder.greedy().send(client, post(server.uri("https")));
                assertThat(recorder.last()).isEqualTo("end");
                assertThat(recorder.body()).isEqualTo("ok");
            }
        }
        assertThat(seen.get(0)).startsWith("CONNECT ").doesNotContain("Bearer");
        assertThat(upstream.get(0).toLowerCase(Locale.ROOT))
                .contains("authorization: bearer k")
                .doesNotContain("proxy-authorization");
    }

    @Test
    void aWrongPasswordIsSaid() throws Exception {
        try (RawServer proxy = new RawServer(this::proxy);
                UpstreamClient client =
                        client(new ClientSetup(Duration.ofSeconds(10), null, address(proxy, "bob:guess@")))) {
            assertThat(Recorder.greedy()
                            .send(client, post(URI.create("https://upstream.invalid/v1")))
                            .last())
                    .isEqualTo("PROXY_AUTHENTICATION");
        }
    }
}
