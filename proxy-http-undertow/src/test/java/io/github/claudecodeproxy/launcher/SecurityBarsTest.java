package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ResponseReader;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.fault.Certificates;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Attacks the program over real sockets, one test for each bar of security. The program logs all it can, and every secret
 * it has is a canary: after each test none of them may stand in anything that was written or answered.
 */
@Timeout(120)
class SecurityBarsTest {

    private static final String MESSAGES = "/v1/messages";
    private static final String KEY = "client-canary-0123456789";
    private static final HeaderList OWN = HeaderList.of("content-type", "application/json", "x-api-key", KEY);
    private static final String CALL = "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":50,\"messages\":"
            + "[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    /** A stack trace, a class, an address, a page, a canary. */
    private static final Pattern LEAK = Pattern.compile(
            "\\bat [a-z]+\\.[a-z.]+\\(|(?:java|sun|jdk)\\.[a-z]+\\.|Exception\\b|127\\.0\\.0\\.1|<html|<body|canary",
            Pattern.CASE_INSENSITIVE);

    @TempDir
    private Path directory;

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private LaunchedProcess process;

    @BeforeEach
    void start() throws Exception {
        process = launch(upstream.baseUrl(), Map.of());
        process.url();
    }

    @AfterEach
    void nothingIsWritten() throws Exception {
        process.terminate();
        process.exit();
        upstream.close();
        assertThat(process.out()).noneMatch(line -> line.contains("canary"));
        assertThat(process.err()).noneMatch(line -> line.contains("canary"));
    }

    private static Map<String, String> environment(URI baseUrl) {
        return new TreeMap<>(Map.of(
                "OPENAI_API_KEY", "sk-upstream-canary-0123456789",
                "OPENAI_BASE_URL", baseUrl.toString(),
                "ANTHROPIC_API_KEY", KEY + ", second-client-canary-987",
                "CUSTOM_HEADER_X_TEAM_KEY", "header-canary-0123456789",
                "STATE_SECRET", "state-canary-0123456789",
                "HOST", "127.0.0.1",
                "PORT", "0",
                "LOG_LEVEL", "DEBUG",
                "LOG_CONTENT", "true",
                "MAX_RETRIES", "0"));
    }

    String upstreamClient() {
        return "undertow";
    }

    private LaunchedProcess launch(URI baseUrl, Map<String, String> more) throws IOException {
        Map<String, String> environment = environment(baseUrl);
        environment.put("UPSTREAM_CLIENT", upstreamClient());
        environment.putAll(more);
        environment.values().removeIf(String::isEmpty);
        return LaunchedProcess.start(directory, environment, List.of());
    }

    private URI address() throws Exception {
        return URI.create(process.url());
    }

    private Response call(String method, String path, HeaderList headers, String body) throws Exception {
        Response response = TestClient.call(address(), method, path, headers, body);
        assertThat(response.headers().first("server")).isNull();
        if (response.status() >= 400) {
            assertThat(response.text()).doesNotContainPattern(LEAK);
        }
        return response;
    }

    private Response post(String body) throws Exception {
        return call("POST", MESSAGES, OWN, body);
    }

    /** Sends these bytes and reads all that comes until the server closes. */
    private String raw(String bytes) throws Exception {
        try (TestClient client = TestClient.connect(address())) {
            client.sendRaw(bytes);
            return client.readRawToEnd();
        }
    }

    private void answersHello() {
        upstream.alwaysReply(request -> Reply.json(200, Chunks.completion("Hello")));
    }

    @Test
    @DisplayName("S1 nobody else is let in without a key, unless that is asked for")
    void openRelay() throws Exception {
        for (String host : List.of("0.0.0.0", "::", "10.255.255.1")) {
            try (LaunchedProcess refused = launch(upstream.baseUrl(), Map.of("HOST", host, "ANTHROPIC_API_KEY", ""))) {
                assertThat(refused.exit()).as(host).isEqualTo(2);
                assertThat(refused.err()).singleElement().asString().contains("HOST: ", "ANTHROPIC_API_KEY");
            }
        }
        try (LaunchedProcess local = launch(upstream.baseUrl(), Map.of("HOST", "", "ANTHROPIC_API_KEY", ""))) {
            assertThat(local.url()).startsWith("http://127.0.0.1:");
            local.terminate();
            local.exit();
            assertThat(local.out()).noneMatch(line -> line.contains("for other machines"));
        }
        Map<String, String> asked = environment(upstream.baseUrl());
        asked.putAll(Map.of("HOST", "0.0.0.0", "ALLOW_UNAUTHENTICATED", "true"));
        asked.remove("ANTHROPIC_API_KEY");
        answersHello();
        try (LaunchedProcess open = LaunchedProcess.start(directory, asked, List.of("--check"))) {
            assertThat(open.exit()).isZero();
            assertThat(open.out()).anyMatch(line -> line.contains("Warning: ALLOW_UNAUTHENTICATED"));
        }
        int checks = upstream.requests().size();
        try (LaunchedProcess keyed = launch(upstream.baseUrl(), Map.of("HOST", "0.0.0.0"))) {
            assertThat(TestClient.call(
                                    URI.create(keyed.url()),
                                    "POST",
                                    MESSAGES,
                                    HeaderList.of("content-type", "application/json"),
                                    CALL)
                            .status())
                    .isEqualTo(401);
        }
        assertThat(upstream.requests()).hasSize(checks);
    }

    @Test
    @DisplayName("S2 a web page is refused before its body is read, and no answer opens the door to one")
    void browserOrigin() throws Exception {
        for (HeaderList from : List.of(
                HeaderList.of("Origin", "https://evil.example"),
                HeaderList.of("Origin", "null"),
                HeaderList.of("Origin", process.url()),
                HeaderList.of("Sec-Fetch-Site", "cross-site"),
                HeaderList.of("Sec-Fetch-Site", "same-site"))) {
            HeaderList all = from.with("x-api-key", KEY).with("content-type", "application/json");
            for (String path : List.of(MESSAGES, "/test-connection", "/status", "/")) {
                String method = path.equals(MESSAGES) ? "POST" : "GET";
                Response response = call(method, path, all, path.equals(MESSAGES) ? CALL : "");
                assertThat(response.status()).as(from + path).isEqualTo(403);
                assertNoCors(response);
            }
        }
        assertThat(raw(
                        "POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\nContent-Length:"
                                + " 100000\r\nContent-Type: application/json\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ");
        Response options = call("OPTIONS", MESSAGES, HeaderList.of("Access-Control-Request-Method", "POST"), "");
        assertThat(options.status()).isIn(403, 405);
        assertNoCors(options);
        for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data")) {
            Response simple = call("POST", MESSAGES, HeaderList.of("x-api-key", KEY, "content-type", type), CALL);
            assertThat(simple.status()).as(type).isEqualTo(400);
        }
        assertThat(upstream.requests()).isEmpty();
    }

    private static void assertNoCors(Response response) {
        assertThat(response.headers().entries())
                .noneMatch(header -> header.getKey().toLowerCase(Locale.ROOT).startsWith("access-control-"));
    }

    @Test
    @DisplayName("S3 a name that a stranger can point at this machine is not answered")
    void dnsRebinding() throws Exception {
        int port = address().getPort();
        for (String host :
                List.of("localhost", "127.0.0.1", "[::1]", "localhost:" + port, "127.0.0.1:" + port, "[::1]:" + port)) {
            assertThat(call("GET", "/v1/models", HeaderList.of("Host", host, "x-api-key", KEY), "")
                            .status())
                    .as(host)
                    .isEqualTo(200);
        }
        for (String host : List.of(
                "evil.example",
                "evil.example:" + port,
                "127.0.0.1.evil.example",
                "localhost.evil.example",
                "localhost@evil.example",
                "192.168.1.1",
                "[::2]",
                "127.0.0.1:" + port + ".evil.example")) {
            assertThat(call("GET", "/v1/models", HeaderList.of("Host", host, "x-api-key", KEY), "")
                            .status())
                    .as(host)
                    .isIn(400, 403);
        }
    }

    @Test
    @DisplayName("S4 a header of the configuration that would inject another stops the start")
    void headerInjection() throws Exception {
        Map<String, String> bad = Map.of(
                "CUSTOM_HEADER_X_LINE", "canary\r\nX-Injected: 1",
                "CUSTOM_HEADER_X_FEED", "canary\nmore",
                "CUSTOM_HEADER_X_BELL", "canary\u0007",
                "CUSTOM_HEADER_X Y", "canary",
                "CUSTOM_HEADER_X:Y", "canary",
                "OPENAI_API_KEY", "sk-canary\nmore");
        assertRefused(bad);
    }

    @Test
    @DisplayName("S5 headers that frame a message or belong to one connection cannot be configured")
    void hopByHopByConfiguration() throws Exception {
        Map<String, String> bad = new TreeMap<>();
        for (String name : List.of(
                "HOST",
                "CONNECTION",
                "CONTENT_LENGTH",
                "EXPECT",
                "UPGRADE",
                "TRANSFER_ENCODING",
                "TE",
                "TRAILER",
                "KEEP_ALIVE",
                "PROXY_AUTHORIZATION",
                "PROXY_CONNECTION",
                "HTTP2_SETTINGS")) {
            bad.put("CUSTOM_HEADER_" + name, "canary");
        }
        assertRefused(bad);
    }

    private void assertRefused(Map<String, String> bad) throws Exception {
        try (LaunchedProcess refused = launch(upstream.baseUrl(), bad)) {
            assertThat(refused.exit()).isEqualTo(2);
            for (String variable : bad.keySet()) {
                assertThat(refused.err()).as(variable).anyMatch(line -> line.contains(variable + ": "));
            }
            assertThat(refused.err())
                    .hasSize(bad.size())
                    .noneMatch(line -> line.contains("canary") || line.contains("X-Injected"));
        }
    }

    @Test
    @DisplayName("S6 of a client's headers none reaches the upstream")
    void hopByHopInbound() throws Exception {
        answersHello();
        HeaderList headers = OWN.with("Connection", "x-a")
                .with("X-A", "canary")
                .with("Cookie", "canary")
                .with("X-Forwarded-For", "10.1.2.3")
                .with("X-Forwarded-Host", "canary")
                .with("Forwarded", "for=canary")
                .with("TE", "trailers")
                .with("anthropic-version", "2023-06-01")
                .with("anthropic-beta", "some-beta");
        assertThat(call("POST", MESSAGES, headers, CALL).status()).isEqualTo(200);
        assertThat(upstream.requests().get(0).headers().entries())
                .extracting(header -> header.getKey().toLowerCase(Locale.ROOT) + ": " + header.getValue())
                .containsExactlyInAnyOrder(
                        "authorization: Bearer sk-upstream-canary-0123456789",
                        "x-team-key: header-canary-0123456789",
                        "content-type: application/json",
                        "accept: application/json",
                        "accept-encoding: identity",
                        "user-agent: claude-code-proxy/" + version(),
                        "host: 127.0.0.1:" + upstream.port(),
                        "content-length: " + upstream.requests().get(0).body().length);
    }

    private static String version() {
        return Version.line().split(" ")[1];
    }

    @Test
    @DisplayName("S7 what is hidden behind a request of doubtful framing is not run")
    void smuggling() throws Exception {
        answersHello();
        String hidden =
                "POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nx-api-key: "
                        + KEY + "\r\nContent-Length: " + CALL.length() + "\r\n\r\n" + CALL;
        for (String framing : List.of(
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
                "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                "Content-Length: +2\r\n\r\n{}",
                "Content-Length: 0x2\r\n\r\n{}",
                "Content-Length: 2, 2\r\n\r\n{}",
                "Content-Length : 2\r\n\r\n{}",
                "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
                "Host: evil.example\r\nContent-Length: 0\r\n\r\n",
                "X: a\0b\r\nContent-Length: 0\r\n\r\n")) {
            String answer = raw("POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + framing + hidden);
            assertThat(answer).as(framing).doesNotContain("HTTP/1.1 200");
        }
        assertThat(upstream.requests()).isEmpty();
        assertThat(raw("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n" + hidden))
                .as("without doubt, what comes behind is run")
                .contains("Hello");
    }

    @Test
    @DisplayName("S8 a request that never ends is closed, and disturbs nobody")
    void slowloris() throws Exception {
        answersHello();
        try (TestClient slow = TestClient.connect(address())) {
            slow.sendRaw("POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nX-");
            assertThat(post(CALL).status()).isEqualTo(200);
            slow.awaitClosed();
        }
        assertThat(post(CALL).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("S9 heads have a limit")
    void headerSize() throws Exception {
        String begin = "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nx-api-key: " + KEY + "\r\n";
        assertThat(raw(begin + "X-Large: " + "a".repeat(70_000) + "\r\n\r\n")).startsWith("HTTP/1.1 4");
        assertThat(raw(begin + "X-Many: a\r\n".repeat(250) + "\r\n")).startsWith("HTTP/1.1 4");
        assertThat(raw("GET /v1/models?a=" + "b".repeat(9_000)
                        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 414 ");
        assertThat(raw(begin + "Connection: close\r\nX-Fair: " + "a".repeat(30_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    @DisplayName("S10 JSON that is made to hurt is refused")
    void jsonBombs() throws Exception {
        StringBuilder names = new StringBuilder("{");
        for (int i = 0; i < 200_000; i++) {
            names.append("\"n").append(i).append("\":1,");
        }
        for (String bomb : List.of(
                "[".repeat(10_000_000),
                "{\"a\":".repeat(100_000),
                CALL.replace("50", "1".repeat(2_000)),
                CALL.replace("50", "1e999999999"),
                names.append("\"last\":1}").toString(),
                CALL + "trailing",
                CALL.replace("Hello", "a\u0001b"))) {
            assertThat(post(bomb).status()).isEqualTo(400);
        }
        assertThat(upstream.requests()).isEmpty();
    }

    @Test
    @DisplayName("S11 only a right key lets in, and a wrong one costs nothing")
    void keyComparison() throws Exception {
        answersHello();
        for (String wrong : List.of("", "wrong", KEY + "x", KEY.substring(1), KEY.toUpperCase(Locale.ROOT))) {
            HeaderList headers = HeaderList.of("content-type", "application/json", "x-api-key", wrong);
            assertThat(call("POST", MESSAGES, headers, CALL).status()).isEqualTo(401);
        }
        assertThat(raw("POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nx-api-key: wrong\r\nContent-Length:"
                        + " 30000000\r\nContent-Type: application/json\r\n\r\n"))
                .startsWith("HTTP/1.1 401 ");
        assertThat(upstream.requests()).isEmpty();
        for (HeaderList right : List.of(
                HeaderList.of("x-api-key", KEY),
                HeaderList.of("Authorization", "Bearer " + KEY),
                HeaderList.of("x-api-key", "second-client-canary-987"))) {
            assertThat(call("POST", MESSAGES, right.with("content-type", "application/json"), CALL)
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    @DisplayName("S12 no key is ever written or answered, whatever the upstream says")
    void redaction() throws Exception {
        String echo = "{\"error\":{\"message\":\"Incorrect API key provided: sk-upstream-canary-0123456789, header"
                + " header-canary-0123456789\",\"type\":\"invalid_request_error\"}}";
        for (int status : new int[] {400, 401, 403, 429, 500}) {
            upstream.reply(Reply.json(status, echo));
            assertThat(post(CALL).status()).isGreaterThanOrEqualTo(400);
        }
        upstream.reply(Reply.streaming()
                .sse(Chunks.role(), Chunks.text("Hi"))
                .sse(echo)
                .done()
                .end());
        assertThat(call("POST", MESSAGES, OWN, CALL.replace("{\"model\"", "{\"stream\":true,\"model\""))
                        .text())
                .doesNotContain("canary");
        call("POST", MESSAGES, OWN.with("authorization", "Bearer inbound-canary"), CALL + "broken");
        call("POST", MESSAGES, HeaderList.of("x-api-key", "inbound-canary"), CALL);
        for (String path : List.of("/metrics", "/status", "/", "/health", "/v1/models")) {
            assertThat(call("GET", path, OWN, "").text()).as(path).doesNotContain("canary");
        }
        try (LaunchedProcess leaking = LaunchedProcess.start(
                directory,
                Map.of(
                        "OPENAI_API_KEY",
                        "sk-canary",
                        "PORT",
                        "0",
                        "JAVA_TOOL_OPTIONS",
                        "-Djdk.httpclient.HttpClient.log=headers"),
                List.of())) {
            assertThat(leaking.exit()).isEqualTo(2);
            assertThat(leaking.err()).anyMatch(line -> line.contains("jdk.httpclient.HttpClient.log"));
        }
    }

    @Test
    @DisplayName("S13 no address that a client names is ever called")
    void requestForgery() throws Exception {
        answersHello();
        try (Trap trap = new Trap()) {
            String there = trap.address();
            String image =
                    "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":"
                            + "[{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"" + there + "\"}}]}]}";
            post(image);
            post(image.replace("image", "document"));
            for (String field : List.of("api_base", "base_url", "upstream", "endpoint", "proxy")) {
                post(CALL.replace("{\"model\"", "{\"" + field + "\":\"" + there + "\",\"model\""));
            }
            for (String header : List.of(
                    "X-Forwarded-Host", "X-Upstream-Url", "X-Base-Url", "X-Original-Url", "X-Portkey-Custom-Host")) {
                call("POST", MESSAGES, OWN.with(header, there), CALL);
            }
            call("POST", MESSAGES, OWN.with("Host", there.substring("http://".length())), CALL);
            raw("POST " + there + MESSAGES + " HTTP/1.1\r\nHost: localhost\r\nx-api-key: " + KEY
                    + "\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: " + CALL.length()
                    + "\r\n\r\n" + CALL);
            post(CALL.replace("claude-sonnet-4-5", there));
            assertThat(trap.calls()).isEmpty();
        }
    }

    @Test
    @DisplayName("S14 a redirect of the upstream is not followed")
    void redirects() throws Exception {
        try (Trap trap = new Trap()) {
            for (int status : new int[] {301, 302, 307, 308}) {
                upstream.reply(Reply.status(status)
                        .header("location", trap.address())
                        .contentLength()
                        .end());
                Response response = post(CALL);
                assertThat(response.status()).isEqualTo(500);
                assertThat(response.headers().first("x-should-retry")).isEqualTo("false");
            }
            assertThat(trap.calls()).isEmpty();
        }
    }

    @Test
    @DisplayName("S15 an upstream whose certificate is wrong is not spoken to")
    void tlsOut() throws Exception {
        try (Certificates certificates = Certificates.make()) {
            Map<String, String> trusted =
                    Map.of("UPSTREAM_CA_FILE", certificates.authorityFile().toString());
            String[][] cases = {{"good", "untrusted"}, {"expired", "trusted"}, {"wrong host", "trusted"}};
            for (String[] wrong : cases) {
                try (ScriptedUpstream server = ScriptedUpstream.start(certificates.context(wrong[0]));
                        LaunchedProcess other = launch(
                                server.baseUrl(), wrong[1].equals("trusted") ? trusted : Map.<String, String>of())) {
                    Response response = TestClient.call(URI.create(other.url()), "POST", MESSAGES, OWN, CALL);
                    assertThat(response.status()).as(wrong[0]).isEqualTo(500);
                    assertThat(response.headers().first("x-should-retry")).isEqualTo("false");
                    assertThat(response.text()).contains("certificate").doesNotContainPattern(LEAK);
                    assertThat(server.requests()).isEmpty();
                }
            }
        }
    }

    @Test
    @DisplayName("S16 the proxy of the machine is used, with its password and its exceptions")
    void proxyVariables() throws Exception {
        URI provider = URI.create("https://provider.invalid/v1");
        try (Trap trap = new Trap()) {
            String proxy = trap.address().replace("http://", "http://alice:password-canary@");
            String basic = "basic "
                    + Base64.getEncoder()
                            .encodeToString("alice:password-canary".getBytes(StandardCharsets.UTF_8))
                            .toLowerCase(Locale.ROOT);
            for (String variable : List.of("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "UPSTREAM_PROXY")) {
                trap.calls().clear();
                try (LaunchedProcess other = launch(provider, Map.of(variable, proxy))) {
                    TestClient.call(URI.create(other.url()), "POST", MESSAGES, OWN, CALL);
                    assertThat(trap.calls()).as(variable).isNotEmpty();
                    assertThat(trap.calls().get(0).toLowerCase(Locale.ROOT))
                            .startsWith("connect provider.invalid:443 ")
                            .contains(basic)
                            .doesNotContain("sk-upstream");
                    other.terminate();
                    other.exit();
                    assertThat(other.out()).noneMatch(line -> line.contains("canary"));
                    assertThat(other.err()).noneMatch(line -> line.contains("canary"));
                }
            }
            trap.calls().clear();
            for (String exception : List.of("*", ".invalid", "provider.invalid:443")) {
                try (LaunchedProcess other = launch(provider, Map.of("HTTPS_PROXY", proxy, "NO_PROXY", exception))) {
                    TestClient.call(URI.create(other.url()), "POST", MESSAGES, OWN, CALL);
                }
            }
            answersHello();
            try (LaunchedProcess other = launch(upstream.baseUrl(), Map.of("HTTP_PROXY", proxy, "ALL_PROXY", proxy))) {
                assertThat(TestClient.call(URI.create(other.url()), "POST", MESSAGES, OWN, CALL)
                                .status())
                        .isEqualTo(200);
            }
            assertThat(trap.calls()).isEmpty();
        }
    }

    @Test
    @DisplayName("S17 what is packed is unpacked within limits, in both directions")
    void compression() throws Exception {
        upstream.reply(Reply.json(200, Chunks.completion("Hello")));
        assertThat(packed(gzip(CALL.getBytes(StandardCharsets.UTF_8), 1)).status())
                .isEqualTo(200);
        assertThat(packed(gzip(new byte[1 << 20], 500)).status()).isEqualTo(413);
        upstream.reply(Reply.status(200)
                .header("content-type", "application/json")
                .header("content-encoding", "br")
                .contentLength()
                .text("{}")
                .end());
        assertThat(post(CALL).status()).isEqualTo(500);
        assertThat(upstream.requests().get(0).header("accept-encoding")).isEqualTo("identity");
    }

    private static byte[] gzip(byte[] piece, int times) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            for (int i = 0; i < times; i++) {
                out.write(piece);
            }
        }
        return packed.toByteArray();
    }

    private Response packed(byte[] body) throws Exception {
        try (TestClient client = TestClient.connect(address())) {
            client.sendRaw(TestClient.encode("POST", MESSAGES, OWN.with("Content-Encoding", "gzip"), body));
            ResponseReader reader = client.response();
            return new Response(reader.status(), reader.headers(), reader.readToEnd());
        }
    }

    @Test
    @DisplayName("S19 no error tells how we are made or where the upstream is")
    void leaksInErrors() throws Exception {
        upstream.reply(Reply.cutBeforeHeaders())
                .reply(Reply.status(502)
                        .contentLength()
                        .text("<html><body>nginx</body></html>")
                        .end())
                .reply(Reply.json(200, "{\"unexpected\":[]}"))
                .reply(Reply.status(200).contentLength().text("no json").end());
        for (int i = 0; i < 4; i++) {
            // the call itself looks for leaks
            assertThat(post(CALL).status()).isEqualTo(500);
        }
        for (String path : List.of("/nowhere", "/v1/messages/../../etc/passwd", "/%00", "/WEB-INF/web.xml")) {
            assertThat(call("GET", path, OWN, "").status()).isGreaterThanOrEqualTo(400);
        }
    }

    @Test
    @DisplayName("S20 what a client chooses neither breaks a line of the log nor fills the metrics")
    void logAndMetricAbuse() throws Exception {
        answersHello();
        post(CALL.replace("claude-sonnet-4-5", "gpt\\r\\nforged line\\u001b[31m\\u2028"));
        for (int i = 0; i < 120; i++) {
            assertThat(post(CALL.replace("claude-sonnet-4-5", "model-" + i)).status())
                    .isEqualTo(200);
        }
        String metrics = call("GET", "/metrics", OWN, "").text();
        assertThat(metrics.lines().filter(line -> line.startsWith("claude_proxy_calls_total{")))
                .hasSizeLessThanOrEqualTo(101)
                .anyMatch(line -> line.contains("model=\"other\""));
        process.terminate();
        process.exit();
        assertThat(process.out()).noneMatch(line -> line.startsWith("forged") || line.indexOf('\u001b') >= 0);
        assertThat(process.err()).noneMatch(line -> line.startsWith("forged") || line.indexOf('\u001b') >= 0);
    }

    /** Where nobody may call, and who did: the first lines of each. */
    private static final class Trap implements AutoCloseable {

        private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final List<String> calls = new CopyOnWriteArrayList<>();

        Trap() throws IOException {
            Thread thread = new Thread(this::accept, "trap");
            thread.setDaemon(true);
            thread.start();
        }

        String address() {
            return "http://127.0.0.1:" + socket.getLocalPort();
        }

        List<String> calls() {
            return calls;
        }

        private void accept() {
            while (!socket.isClosed()) {
                try (Socket caller = socket.accept()) {
                    caller.setSoTimeout(5_000);
                    BufferedReader lines = new BufferedReader(
                            new InputStreamReader(caller.getInputStream(), StandardCharsets.ISO_8859_1));
                    StringBuilder head = new StringBuilder();
                    for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
                        head.append(line).append('\n');
                    }
                    calls.add(head.toString());
                    caller.getOutputStream()
                            .write("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
                                    .getBytes(StandardCharsets.ISO_8859_1));
                } catch (IOException e) {
                    // closed, or gone
                }
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
