package io.github.claudecodeproxy.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.Request;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ResponseReader;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.fault.ProxySetup;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes, keys, limits and headers, over sockets. */
@Timeout(120)
public abstract class ServerContract extends ProxyContract {

    private static final int LIMIT = 32 << 20;
    private static final String HELLO = """
            {"model":"claude-sonnet-4-5","max_tokens":64,"messages":[{"role":"user","content":"Hello"}]}""";

    /** A suite for the product that this starts. */
    protected ServerContract(ProxyTarget target) {
        super(target);
    }

    private void answersHello() {
        upstream().alwaysReply(request -> Reply.json(200, Chunks.completion("Hello, you.")));
    }

    private static void assertHello(Response response) {
        assertThat(response.status()).as(response.text()).isEqualTo(200);
        assertThat(response.json().at("/content/0/text").asText()).isEqualTo("Hello, you.");
    }

    private static void assertError(Response response, int status, String type) {
        assertThat(response.status()).as(response.text()).isEqualTo(status);
        assertThat(response.headers().first("content-type")).isEqualTo("application/json");
        assertThat(response.json().path("type").asText()).isEqualTo("error");
        assertThat(response.json().at("/error/type").asText()).isEqualTo(type);
        assertThat(response.json().path("request_id").asText())
                .startsWith("req_")
                .isEqualTo(response.headers().first("request-id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health", "/healthz", "/readyz", "/v1/models", "/v1/models/gpt-4o", "/health?a=b"})
    void pagesAreJsonForGetAndEmptyForHead(String target) throws IOException {
        Response got = get(target);
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.json().isObject()).isTrue();
        assertThat(got.headers().first("request-id")).startsWith("req_");
        assertThat(got.headers().has("server")).isFalse();
        try (TestClient client = connect()) {
            assertThat(client.exchange("HEAD", target, HeaderList.of(), "").status())
                    .isEqualTo(200);
            assertThat(client.exchange("GET", target, HeaderList.of(), "").json())
                    .isEqualTo(got.json());
        }
    }

    @Test
    void statesAreTold() throws IOException {
        assertThat(get("/health").json().path("status").asText()).isEqualTo("healthy");
        assertThat(get("/readyz").json().path("status").asText()).isEqualTo("ready");
        assertThat(call("HEAD", "/api/hello", HeaderList.of(), "").status()).isEqualTo(200);
    }

    @Test
    void unknownPathsAndMethodsAreJsonErrors() throws IOException {
        assertError(get("/nowhere"), 404, "not_found_error");
        assertError(post("/v1/complete", "{}"), 404, "not_found_error");
        Response wrongMethod = get("/v1/messages");
        assertError(wrongMethod, 405, "invalid_request_error");
        assertThat(wrongMethod.headers().first("allow")).isEqualTo("POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/messages", "/v1/messages?beta=true", "/v1/v1/messages", "/v1/messages/"})
    void messagesAnswerUnderTheirNames(String target) throws IOException {
        answersHello();
        assertHello(post(target, HELLO));
        assertThat(upstream().requests().get(0).target()).isEqualTo("/v1/chat/completions");
    }

    @Test
    void tokensAreCountedHere() throws IOException {
        Response response = post("/v1/messages/count_tokens?beta=true", HELLO.replace("\"max_tokens\":64,", ""));
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.json().path("input_tokens").asInt()).isPositive();
        assertThat(upstream().requests()).isEmpty();
    }

    @Test
    void connectionTestCallsTheSmallModel() throws IOException {
        answersHello();
        Response response = get("/test-connection");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.json().path("model").asText()).isEqualTo("gpt-4o-mini");
        assertThat(upstream().requests().get(0).json().path("model").asText()).isEqualTo("gpt-4o-mini");
        assertThat(get("/test-connection").status()).isEqualTo(200);
        assertThat(upstream().requests()).as("one call for all who ask soon").hasSize(1);
    }

    @Test
    void connectionTestThatFailsSaysWhy() throws IOException {
        upstream().alwaysReply(request -> Reply.json(401, Chunks.error("bad key", "invalid_api_key")));
        Response failed = get("/test-connection");
        assertError(failed, 500, "api_error");
        assertThat(failed.json().path("status").asText()).isEqualTo("failed");
        assertThat(failed.text()).contains("bad key").doesNotContain(UPSTREAM_KEY);
    }

    @Test
    void clientKeyComesInEitherHeader() throws Exception {
        restart(ProxySetup.defaults().with("ANTHROPIC_API_KEY", "secret"));
        answersHello();
        assertHello(call("POST", "/v1/messages", JSON.with("x-api-key", "secret"), HELLO));
        assertHello(call("POST", "/v1/messages", JSON.with("Authorization", "Bearer secret"), HELLO));
        assertThat(get("/v1/models", "x-api-key", "secret").status()).isEqualTo(200);
        assertThat(get("/health").status()).isEqualTo(200);
        assertThat(upstream().requests()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"-,-", "guess,-", "-,Bearer guess", "-,Basic secret", "-,secret", "guess,Bearer secret"})
    void withoutTheClientKeyNothingIsCalled(String key, String authorization) throws Exception {
        restart(ProxySetup.defaults().with("ANTHROPIC_API_KEY", "secret"));
        HeaderList credentials = JSON;
        credentials = key == null ? credentials : credentials.with("x-api-key", key);
        credentials = authorization == null ? credentials : credentials.with("Authorization", authorization);
        for (String path : List.of("/v1/messages", "/v1/messages/count_tokens")) {
            assertError(call("POST", path, credentials, HELLO), 401, "authentication_error");
        }
        for (String path : List.of("/v1/models", "/v1/models/gpt-4o", "/test-connection")) {
            assertError(call("GET", path, credentials, ""), 401, "authentication_error");
        }
        assertThat(upstream().requests()).isEmpty();
    }

    @Test
    void keyInItsOwnHeaderDecides() throws Exception {
        restart(ProxySetup.defaults().with("ANTHROPIC_API_KEY", "secret"));
        answersHello();
        HeaderList both = JSON.with("x-api-key", "secret").with("Authorization", "Bearer guess");
        assertHello(call("POST", "/v1/messages", both, HELLO));
    }

    @Test
    void webPagesAreRefused() throws IOException {
        assertError(
                call("POST", "/v1/messages", JSON.with("Origin", "https://evil.example"), HELLO),
                403,
                "permission_error");
        assertError(
                call("POST", "/v1/messages", HeaderList.of("Content-Type", "text/plain"), HELLO),
                400,
                "invalid_request_error");
        assertThat(upstream().requests()).isEmpty();
    }

    @Test
    void largestBodyPasses() throws IOException {
        answersHello();
        assertHello(post("/v1/messages", HELLO + " ".repeat(LIMIT - HELLO.length())));
    }

    @Test
    void announcedBodyOverTheLimitIsRefusedUnread() throws IOException {
        try (TestClient client = connect()) {
            client.sendRaw(
                    "POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                            + (LIMIT + 1) + "\r\n\r\n");
            assertError(whole(client), 413, "request_too_large");
        }
    }

    @Test
    void chunkedBodyOverTheLimitIsRefused() throws IOException {
        try (TestClient client = connect()) {
            client.sendRaw("POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(LIMIT + 1) + "\r\n");
            client.sendRaw(" ".repeat(LIMIT + 1));
            assertError(whole(client), 413, "request_too_large");
        }
    }

    @Test
    void bodyMayBeCompressed() throws IOException {
        answersHello();
        HeaderList headers = JSON.with("Content-Encoding", "gzip");
        assertHello(post(headers, gzip(HELLO.getBytes(UTF_8))));
        assertThat(upstream().requests().get(0).json().at("/messages/0/content").asText())
                .isEqualTo("Hello");
        assertError(post(headers, HELLO.getBytes(UTF_8)), 400, "invalid_request_error");
        assertError(post(headers, gzip(new byte[LIMIT + 1])), 413, "request_too_large");
        assertError(post(JSON.with("Content-Encoding", "br"), new byte[10]), 400, "invalid_request_error");
        assertThat(upstream().requests()).hasSize(1);
    }

    @Test
    void bodyMayComeByteByByte() throws IOException {
        answersHello();
        try (TestClient client = connect()) {
            client.sendSplit(TestClient.encode("POST", "/v1/messages", JSON, HELLO.getBytes(UTF_8)), 1);
            assertHello(whole(client));
        }
    }

    @Test
    void whatIsWrongWithARequestIsTold() throws IOException {
        assertError(post("/v1/messages", "{\"model\":"), 400, "invalid_request_error");
        assertError(post("/v1/messages", ""), 400, "invalid_request_error");
        assertError(post("/v1/messages", "[]"), 400, "invalid_request_error");
        Response missing = post("/v1/messages", HELLO.replace("\"max_tokens\":64,", ""));
        assertError(missing, 400, "invalid_request_error");
        assertThat(missing.json().at("/error/message").asText()).isEqualTo("max_tokens: Field required");
        assertThat(upstream().requests()).isEmpty();
    }

    @Test
    void nothingOfTheClientsHeadersLeaves() throws IOException {
        answersHello();
        HeaderList headers = JSON.with("x-api-key", "of-the-client")
                .with("Cookie", "a=b")
                .with("anthropic-version", "2023-06-01")
                .with("anthropic-beta", "context-1m-2025-08-07")
                .with("User-Agent", "canary-agent")
                .with("X-Forwarded-For", "10.9.8.7")
                .with("Accept-Language", "de")
                .with("Connection", "x-canary")
                .with("x-canary", "canary");
        assertHello(call("POST", "/v1/messages", headers, HELLO));
        Request sent = upstream().requests().get(0);
        assertThat(sent.headers().entries())
                .extracting(entry -> entry.getKey().toLowerCase(Locale.ROOT))
                .containsExactlyInAnyOrder(
                        "authorization",
                        "content-type",
                        "accept",
                        "accept-encoding",
                        "user-agent",
                        "host",
                        "content-length");
        assertThat(sent.header("authorization")).isEqualTo("Bearer " + UPSTREAM_KEY);
        assertThat(sent.header("user-agent")).startsWith("claude-code-proxy/");
    }

    @Test
    void customHeadersArriveAndWin() throws Exception {
        restart(ProxySetup.defaults()
                .with("CUSTOM_HEADER_AUTHORIZATION", "Token abc")
                .with("CUSTOM_HEADER_X_TEAM", "a team")
                .with("CUSTOM_HEADER_USER_AGENT", "mine"));
        answersHello();
        assertHello(post("/v1/messages", HELLO));
        Request sent = upstream().requests().get(0);
        assertThat(sent.headers().all("authorization")).containsExactly("Token abc");
        assertThat(sent.headers().all("x-team")).containsExactly("a team");
        assertThat(sent.headers().all("user-agent")).containsExactly("mine");
    }

    @Test
    void failedCallIsSentOnceMore() throws Exception {
        restart(ProxySetup.defaults().with("MAX_RETRIES", "1"));
        upstream()
                .reply(Reply.json(500, Chunks.error("hiccup", "server_error")))
                .reply(Reply.json(200, Chunks.completion("Hello, you.")));
        assertHello(post("/v1/messages", HELLO));
        List<Request> sent = upstream().requests();
        assertThat(sent).hasSize(2);
        assertThat(sent.get(1).body()).isEqualTo(sent.get(0).body());
    }

    private Response post(HeaderList headers, byte[] body) throws IOException {
        try (TestClient client = connect()) {
            client.sendRaw(TestClient.encode("POST", "/v1/messages", headers, body));
            return whole(client);
        }
    }

    private static Response whole(TestClient client) throws IOException {
        ResponseReader reader = client.response();
        return new Response(reader.status(), reader.headers(), reader.readToEnd());
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }
}
