package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.fault.Certificates;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS on both sides: clients see our certificate, the upstream sees our other one. */
@Timeout(120)
class TlsTest {

    private static final String CALL = "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":50,\"stream\":true,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    private static Certificates certificates;

    @TempDir
    private Path directory;

    @BeforeAll
    static void make() throws Exception {
        certificates = Certificates.make();
    }

    @AfterAll
    static void delete() throws Exception {
        certificates.close();
    }

    String upstreamClient() {
        return "undertow";
    }

    private LaunchedProcess launch(URI upstream, Map<String, String> more) throws Exception {
        Map<String, String> environment = new TreeMap<>(more);
        environment.put("OPENAI_API_KEY", "k");
        environment.put("OPENAI_BASE_URL", upstream.toString());
        environment.put("PORT", "0");
        environment.put("UPSTREAM_CLIENT", upstreamClient());
        return LaunchedProcess.start(directory, environment, java.util.List.of());
    }

    private static Map<String, String> ownCertificate() throws Exception {
        return Map.of(
                "TLS_CERT_FILE", certificates.certificateFile("good").toString(),
                "TLS_KEY_FILE", certificates.keyFile("good").toString());
    }

    private static Map<String, String> towardsUpstream() throws Exception {
        return Map.of(
                "UPSTREAM_CA_FILE", certificates.authorityFile().toString(),
                "UPSTREAM_CERT_FILE", certificates.certificateFile("good").toString(),
                "UPSTREAM_KEY_FILE", certificates.keyFile("good").toString());
    }

    private static HttpClient trusting() throws Exception {
        return HttpClient.newBuilder().sslContext(certificates.context("none")).build();
    }

    private static HttpRequest call(String url) {
        return HttpRequest.newBuilder(URI.create(url + "/v1/messages"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(CALL))
                .build();
    }

    @Test
    void aTrustStoreOfTheJvmThatIsNoneIsToldToWhoCallsAndInTheLog() throws Exception {
        Path store = Files.writeString(directory.resolve("authorities"), "these are none");
        Map<String, String> broken = Map.of("JAVA_TOOL_OPTIONS", "-Djavax.net.ssl.trustStore=" + store);
        try (ScriptedUpstream upstream = ScriptedUpstream.start(certificates.context("good"));
                LaunchedProcess process = launch(upstream.baseUrl(), broken)) {
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(call(process.url()), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).contains("No secure connection to the provider");
            process.awaitErr("the JVM's own TLS settings cannot be used: ");
        }
    }

    @Test
    void eachEventArrivesAtOnceAndALeavingClientIsNoticed() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                LaunchedProcess process = launch(upstream.baseUrl(), ownCertificate())) {
            assertThat(process.url()).startsWith("https://");
            CountDownLatch goOn = new CountDownLatch(1);
            upstream.reply(Reply.streaming()
                    .sse(Chunks.role(), Chunks.text("Hel"))
                    .pause(goOn)
                    .sse(Chunks.text("lo"), Chunks.finish("stop"))
                    .done()
                    .end());
            HttpResponse<InputStream> answer =
                    trusting().send(call(process.url()), HttpResponse.BodyHandlers.ofInputStream());
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                String line = reader.readLine();
                while (line != null && !line.contains("Hel")) {
                    line = reader.readLine();
                }
                assertThat(line).contains("Hel");
                goOn.countDown();
                assertThat(reader.lines().collect(Collectors.joining("\n"))).contains("event: message_stop");
            }

            upstream.reply(
                    Reply.streaming().sse(Chunks.role(), Chunks.text("Hel")).stall());
            InputStream left = trusting()
                    .send(call(process.url()), HttpResponse.BodyHandlers.ofInputStream())
                    .body();
            assertThat(left.read()).isNotNegative();
            left.close();
            upstream.awaitRequest(1).connectionClosed().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void oldProtocolsAndPlainRequestsAreRefused() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                LaunchedProcess process = launch(upstream.baseUrl(), ownCertificate())) {
            URI address = URI.create(process.url());
            SSLParameters old = new SSLParameters(null, new String[] {"TLSv1.1"});
            try (SSLSocket socket = (SSLSocket) certificates
                    .context("none")
                    .getSocketFactory()
                    .createSocket(address.getHost(), address.getPort())) {
                socket.setSoTimeout(30_000);
                socket.setSSLParameters(old);
                assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
            }
            try (Socket plain = new Socket(address.getHost(), address.getPort())) {
                plain.setSoTimeout(30_000);
                plain.getOutputStream()
                        .write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                byte[] answer = plain.getInputStream().readNBytes(100);
                assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotContain("HTTP/1.1 200");
            }
            HttpRequest health =
                    HttpRequest.newBuilder(address.resolve("/health")).build();
            assertThat(trusting()
                            .send(health, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void theUpstreamSeesOurCertificateAndWeTrustItsAuthority() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.startForKnownClients(certificates.context("good"))) {
            upstream.alwaysReply(request -> Reply.sse(Chunks.answer("Hello")));
            try (LaunchedProcess process = launch(upstream.baseUrl(), towardsUpstream())) {
                assertThat(HttpClient.newHttpClient()
                                .send(call(process.url()), HttpResponse.BodyHandlers.ofString())
                                .body())
                        .contains("Hello", "event: message_stop");
            }
            Map<String, String> withoutOurs = new TreeMap<>(towardsUpstream());
            withoutOurs.remove("UPSTREAM_CERT_FILE");
            withoutOurs.remove("UPSTREAM_KEY_FILE");
            int served = upstream.requests().size();
            try (LaunchedProcess process = launch(upstream.baseUrl(), withoutOurs)) {
                HttpResponse<String> refused =
                        HttpClient.newHttpClient().send(call(process.url()), HttpResponse.BodyHandlers.ofString());
                assertThat(refused.statusCode()).isEqualTo(500);
                assertThat(refused.body()).contains("api_error");
            }
            assertThat(upstream.requests()).hasSize(served);
        }
    }

    @Test
    void aFileThatCannotBeUsedStopsTheStart() throws Exception {
        Map<String, String> wrong = Map.of("UPSTREAM_CA_FILE", "no-such-canary.pem", "TLS_CERT_FILE", "canary");
        try (LaunchedProcess process = launch(URI.create("https://upstream.invalid/v1"), wrong)) {
            assertThat(process.exit()).isEqualTo(2);
            assertThat(process.err())
                    .hasSize(2)
                    .anySatisfy(line -> assertThat(line).contains("UPSTREAM_CA_FILE: "))
                    .anySatisfy(line -> assertThat(line).contains("TLS_CERT_FILE, TLS_KEY_FILE: "))
                    .allSatisfy(line -> assertThat(line).doesNotContain("canary"));
        }
    }
}
