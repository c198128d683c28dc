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
        makeCertificate("good", "ip:127.0.0.1", "-1d");
        makeCertificate("other", "dns:other.example", "-1d");
        makeCertificate("expired", "ip:127.0.0.1", "-90d");
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

    /** A key store with an authority of its own and a certificate signed by it. */
    private static void makeCertificate(String name, String subject, String start) throws Exception {
        keytool(name, "-alias", "authority", "-dname", "CN=authority", "-ext", "bc:c", "-startdate", "-365d");
        keytool(
                name,
                "-alias",
                "server",
                "-dname",
                "CN=server",
                "-signer",
                "authority",
                "-ext",
                "san=" + subject,
                "-startdate",
                start);
    }

    private static void keytool(String name, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-validity",
                name.equals("expired") && List.of(arguments).contains("-signer") ? "30" : "1000",
                "-storetype",
                "PKCS12",
                "-keystore",
                folder.resolve(name).toString(),
                "-storepass",
                PASSWORD));
        command.addAll(List.of(arguments));
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
    }

    private static SSLContext context(String name) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve(name))) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", store.getCertificate("authority"));
        store.deleteEntry("authority");
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
