package io.github.claudecodeproxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsUpstreamTest {

    private static final String PASSWORD = "changeit";

    @TempDir
    static Path folder;

    @BeforeAll
    static void makeCertificates() throws Exception {
        keytool("authority", "-startdate", "-365d", "-validity", "1000", "-ext", "bc:c");
        keytool("good", "-signer", "authority", "-ext", "san=ip:127.0.0.1");
        keytool("other", "-signer", "authority", "-ext", "san=dns:other.example");
        keytool("expired", "-signer", "authority", "-ext", "san=ip:127.0.0.1", "-startdate", "-90d", "-validity", "30");
    }

    @Test
    void speaksTlsToATrustedServer() throws Exception {
        SSLContext context = context("good");
        AtomicInteger requests = new AtomicInteger();
        try (JdkUpstreamClient client =
                        JdkUpstreamClient.builder().sslContext(context).build();
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
        assertThat(failure(context("other"), "other")).contains("not valid for it");
        assertThat(failure(context("expired"), "expired")).contains("expired");
    }

    @Test
    void plainServer() throws Exception {
        try (JdkUpstreamClient client = JdkUpstreamClient.builder().build();
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
        try (JdkUpstreamClient client = JdkUpstreamClient.builder().build();
                RawServer server = new RawServer(
                        connection -> connection.socket().getInputStream().read())) {
            assertThat(Recorder.greedy().send(client, post(server.uri("https"))).last())
                    .isEqualTo("TLS");
        }
    }

    @Test
    void serverThatIsSilentInTheHandshake() throws Exception {
        try (JdkUpstreamClient client = JdkUpstreamClient.builder()
                        .connectTimeout(Duration.ofMillis(300))
                        .build();
                RawServer server = new RawServer(RawServer.Connection::awaitClosed)) {
            assertThat(Recorder.greedy().send(client, post(server.uri("https"))).last())
                    .isEqualTo("CONNECT_TIMEOUT");
        }
    }

    private static String failure(SSLContext trust, String certificate) throws Exception {
        try (JdkUpstreamClient client =
                        JdkUpstreamClient.builder().sslContext(trust).build();
                RawServer server = new RawServer(context(certificate).getServerSocketFactory(), connection -> {
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

    private static void keytool(String alias, String... arguments) throws Exception {
        String program =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        List<String> command = new ArrayList<>(List.of(program, "-genkeypair", "-keyalg", "EC", "-alias", alias));
        command.addAll(List.of("-dname", "CN=" + alias, "-storetype", "PKCS12", "-storepass", PASSWORD));
        command.addAll(List.of("-keystore", folder.resolve("keys").toString()));
        command.addAll(List.of(arguments));
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
    }

    /** Trusts the authority and shows the named certificate. */
    private static SSLContext context(String name) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve("keys"))) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", store.getCertificate("authority"));
        for (String alias : List.of("authority", "good", "other", "expired")) {
            if (!alias.equals(name)) {
                store.deleteEntry(alias);
            }
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
