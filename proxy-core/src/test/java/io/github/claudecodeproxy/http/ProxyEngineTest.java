package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.testkit.Case;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes, keys and limits: everything before a model is called. */
class ProxyEngineTest {

    private static final String COUNT = "/v1/messages/count_tokens";

    private final EngineFixture open = new EngineFixture();
    private final EngineFixture closed = new EngineFixture(settings -> settings.clientKey("client-secret"));

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health", "/healthz", "/readyz", "/v1/models", "/v1/models/", "/health?x=1"})
    void getRoutesAnswerJson(String target) {
        FakeExchange exchange = open.handle(FakeExchange.get(target));
        assertThat(exchange.status()).isEqualTo(200);
        assertThat(exchange.responseHeader("content-type")).isEqualTo("application/json");
        assertThat(exchange.json().isObject()).isTrue();
    }

    @Test
    void healthHasTwoNamesAndOneAnswer() {
        assertThat(open.handle(FakeExchange.get("/health")).json())
                .isEqualTo(open.handle(FakeExchange.get("/healthz")).json());
    }

    @Test
    void everyAnswerHasAnIdAndNoneSaysServerOrOpensToWebPages() {
        for (String target : List.of("/", "/nowhere", "/v1/messages", "/v1/models")) {
            FakeExchange exchange = open.handle(FakeExchange.get(target));
            assertThat(exchange.responseHeader("request-id")).matches("req_[0-9A-Za-z]{24}");
            assertThat(exchange.responseHeaders().keySet())
                    .noneMatch(name -> name.equals("server") || name.startsWith("access-control-"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/nowhere", "/v1", "//v1/messages", "/v1/%6dessages", "/v2/messages", "/v1/v1/v1/messages", ""})
    void unknownPathsAre404(String path) {
        FakeExchange exchange = open.handle(FakeExchange.post(path, "{}"));
        assertThat(exchange.status()).isEqualTo(404);
        assertThat(exchange.errorType()).isEqualTo("not_found_error");
        assertThat(exchange.json().path("type").asText()).isEqualTo("error");
        assertThat(exchange.json().path("request_id").asText()).isEqualTo(exchange.responseHeader("request-id"));
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/v1/messages,POST",
        "PUT,/v1/messages/count_tokens,POST",
        "DELETE,/v1/models,'GET, HEAD'",
        "OPTIONS,/v1/messages,POST",
        "POST,/health,'GET, HEAD'",
        "POST,/v1/models/gpt-4o,'GET, HEAD'"
    })
    void wrongMethodsAre405AndToldTheRightOnes(String method, String path, String allowed) {
        FakeExchange exchange = open.handle(new FakeExchange(method, path));
        assertThat(exchange.status()).isEqualTo(405);
        assertThat(Arrays.asList(
                        String.valueOf(exchange.responseHeader("allow")).split(", ")))
                .containsExactlyInAnyOrder(allowed.split(", "));
        assertThat(exchange.errorType()).isEqualTo("invalid_request_error");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/health", "/readyz", "/v1/models", "/v1/models/gpt-4o", "/test-connection", "/api/hello"})
    void probesAreAnsweredWithoutKeyAndBody(String path) {
        FakeExchange exchange = closed.handle(new FakeExchange("HEAD", path));
        assertThat(exchange.status()).isEqualTo(200);
        assertThat(exchange.text()).isEmpty();
        assertThat(closed.upstream.count()).isZero();
    }

    @Test
    void theRootSaysHowToPointTheClientHere() {
        JsonNode root = closed.handle(FakeExchange.get("/")).json();
        assertThat(root.path("version").asText()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(root.path("claude_code").asText()).contains("ANTHROPIC_BASE_URL");
        assertThat(root.path("endpoints").path("messages").asText()).isEqualTo("POST /v1/messages");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models", "/v1/models/x", "/test-connection"})
    void routesNeedTheKeyWhenThereIsOne(String path) {
        assertThat(closed.handle(FakeExchange.get(path)).status()).isEqualTo(401);
        assertThat(closed.upstream.count()).isZero();
    }

    @Test
    void theKeyIsCheckedBeforeTheBodyIsRead() {
        FakeExchange exchange = closed.handle(FakeExchange.post("/v1/messages", EngineFixture.WHOLE_REQUEST));
        assertThat(exchange.status()).isEqualTo(401);
        assertThat(exchange.errorType()).isEqualTo("authentication_error");
        assertThat(exchange.bodyRead()).isFalse();
        assertThat(exchange.text()).doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "x-api-key,client-secret,200",
        "authorization,Bearer client-secret,200",
        "authorization,bearer client-secret,200",
        "authorization,client-secret,401",
        "authorization,Bearer,401",
        "authorization,Basic client-secret,401",
        "x-api-key,wrong,401",
        "x-api-key,client-secre,401",
        "x-api-key,client-secret1,401",
        "x-api-key,upstream-secret,401"
    })
    void aKeyTravelsInEitherHeader(String header, String value, int status) {
        assertThat(closed.handle(FakeExchange.get("/v1/models").with(header, value))
                        .status())
                .isEqualTo(status);
    }

    @Test
    void ofTwoCredentialsTheApiKeyAloneDecides() {
        FakeExchange wrong =
                FakeExchange.get("/v1/models").with("x-api-key", "wrong").with("authorization", "Bearer client-secret");
        FakeExchange right = FakeExchange.get("/v1/models")
                .with("x-api-key", "client-secret")
                .with("authorization", "Bearer wrong");
        assertThat(closed.handle(wrong).status()).isEqualTo(401);
        assertThat(closed.handle(right).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"cross-site, 403", "same-site, 403", "same-origin, 200", "none, 200"})
    void whatAPageLoadsIsRefusedAndWhatAPersonTypesIsNot(String site, int status) {
        FakeExchange client = open.handle(FakeExchange.get("/").with("Sec-Fetch-Site", site));
        assertThat(client.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "http://localhost:8082", ""})
    void webPagesAreRefusedBeforeTheBodyIsRead(String origin) {
        FakeExchange exchange = open.handle(
                FakeExchange.post("/v1/messages", EngineFixture.WHOLE_REQUEST).with("Origin", origin));
        assertThat(exchange.status()).isEqualTo(403);
        assertThat(exchange.errorType()).isEqualTo("permission_error");
        assertThat(exchange.bodyRead()).isFalse();
        assertThat(open.upstream.count()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"first-secret, 200", "second-secret, 200", "first, 401", "'first-secret,second-secret', 401", "'', 401"
    })
    void eachOfSeveralKeysLetsIn(String key, int status) {
        EngineFixture shared =
                new EngineFixture(settings -> settings.clientKeys(List.of("first-secret", "second-secret")));
        assertThat(shared.handle(FakeExchange.get("/v1/models").with("x-api-key", key))
                        .status())
                .isEqualTo(status);
        assertThat(shared.handle(FakeExchange.get("/v1/models").with("authorization", "Bearer " + key))
                        .status())
                .isEqualTo(status);
    }

    @Test
    void onlyThisMachineIsAnsweredWhereThatIsSet() throws Exception {
        EngineFixture local = new EngineFixture(settings -> settings.loopbackOnly(true));
        assertThat(local.handle(FakeExchange.get("/health")).status()).isEqualTo(200);
        InetAddress other = InetAddress.getByAddress(new byte[] {10, 1, 2, 3});
        FakeExchange stranger = local.handle(FakeExchange.get("/health").from(other));
        assertThat(stranger.status()).isEqualTo(403);
        assertThat(stranger.errorMessage()).contains("ANTHROPIC_API_KEY");
        assertThat(local.handle(FakeExchange.get("/health").from(null)).status())
                .isEqualTo(403);
        for (String header : List.of("x-forwarded-for", "forwarded", "x-real-ip", "via")) {
            assertThat(local.handle(FakeExchange.get("/health").with(header, "127.0.0.1"))
                            .status())
                    .isEqualTo(403);
        }
        assertThat(new EngineFixture()
                        .handle(FakeExchange.get("/health").from(other))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void foreignHostNamesAreRefusedWhereAListIsSet() {
        EngineFixture local = new EngineFixture(settings -> settings.allowedHosts(Set.of("localhost")));
        assertThat(local.handle(FakeExchange.get("/health").with("host", "evil.example"))
                        .status())
                .isEqualTo(403);
        assertThat(local.handle(FakeExchange.get("/health")).status()).isEqualTo(403);
        assertThat(local.handle(FakeExchange.get("/health").with("host", "localhost:8082"))
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/jsonx",
                "application/json; charset=utf-16",
                "multipart/form-data"
            })
    void onlyJsonIsTaken(String type) {
        FakeExchange exchange = open.handle(FakeExchange.post(COUNT, "{}").with("content-type", type));
        assertThat(exchange.status()).isEqualTo(400);
        assertThat(exchange.errorType()).isEqualTo("invalid_request_error");
        assertThat(exchange.errorMessage()).startsWith("content-type:");
        assertThat(exchange.bodyRead()).isFalse();
    }

    @Test
    void aMissingContentTypeIsRefused() {
        FakeExchange exchange = open.handle(FakeExchange.post(COUNT, "{}").without("content-type"));
        assertThat(exchange.status()).isEqualTo(400);
    }

    @Test
    void anAnnouncedBodyOverTheLimitIsNotRead() {
        EngineFixture small = new EngineFixture(settings -> settings.maxBody(100));
        FakeExchange exchange = small.handle(FakeExchange.post(COUNT, "{}").with("content-length", "101"));
        assertThat(exchange.status()).isEqualTo(413);
        assertThat(exchange.errorType()).isEqualTo("request_too_large");
        assertThat(exchange.bodyRead()).isFalse();
    }

    @Test
    void aBodyThatGrowsOverTheLimitIs413() {
        EngineFixture small = new EngineFixture(settings -> settings.maxBody(100));
        FakeExchange exchange = small.handle(FakeExchange.post(COUNT, " ".repeat(101)));
        assertThat(exchange.status()).isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void aBlankModelIsRefused(String model) {
        String body = EngineFixture.WHOLE_REQUEST.replaceFirst("\"model\": ?\"[^\"]*\"", "\"model\":\"" + model + "\"");
        FakeExchange exchange = open.handle(FakeExchange.post("/v1/messages", body));
        assertThat(exchange.status()).isEqualTo(400);
        assertThat(exchange.errorMessage()).isEqualTo("model: must not be blank");
        assertThat(open.upstream.count()).isZero();
    }

    @Test
    void aPackedBodyIsMeasuredUnpacked() throws IOException {
        EngineFixture small = new EngineFixture(settings -> settings.maxBody(10_000));
        FakeExchange exchange = small.handle(
                FakeExchange.post(COUNT, "").with("content-encoding", "gzip").body(gzip(" ".repeat(1_000_000))));
        assertThat(exchange.status()).isEqualTo(413);
    }

    @Test
    void aBrokenPackedBodyIs400() throws IOException {
        byte[] whole = gzip("{\"model\":\"m\"}");
        for (byte[] body : List.of(Arrays.copyOf(whole, whole.length / 2), "{}".getBytes(StandardCharsets.UTF_8))) {
            FakeExchange exchange = open.handle(FakeExchange.post(COUNT, "")
                    .with("content-encoding", "gzip")
                    .body(body));
            assertThat(exchange.status()).isEqualTo(400);
            assertThat(exchange.errorMessage()).startsWith("content-encoding:");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "deflate", "gzip, gzip"})
    void otherEncodingsAre400(String encoding) {
        FakeExchange exchange = open.handle(FakeExchange.post(COUNT, "{}").with("content-encoding", encoding));
        assertThat(exchange.status()).isEqualTo(400);
    }

    @Test
    void aBodyThatDoesNotArriveIs408() {
        FakeExchange silent = FakeExchange.post(COUNT, "{}");
        silent.neverSend();
        assertThat(open.handle(silent).status()).isEqualTo(408);
    }

    @Test
    @Case("E16")
    void theModelsAreTheConfiguredOnesAndAClaudeNameForEachTier() {
        EngineFixture three = new EngineFixture(
                settings -> settings.bigModel("gpt-5").middleModel("gpt-4o").smallModel("gpt-4o"));
        JsonNode page = three.handle(FakeExchange.get("/v1/models?limit=1000")).json();
        assertThat(page.path("data").findValuesAsText("id"))
                .containsExactly("gpt-5", "gpt-4o", "claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5");
        assertThat(page.path("has_more").asBoolean(true)).isFalse();
        assertThat(page.path("first_id").asText()).isEqualTo("gpt-5");
        assertThat(page.path("last_id").asText()).isEqualTo("claude-haiku-4-5");
        JsonNode opus = page.path("data").get(2);
        assertThat(opus.path("display_name").asText()).contains("gpt-5");
        assertThat(opus.path("max_tokens").asInt()).isEqualTo(128000);
        List<String> keys = new ArrayList<>();
        opus.fieldNames().forEachRemaining(keys::add);
        assertThat(keys)
                .containsExactly(
                        "type",
                        "id",
                        "display_name",
                        "created_at",
                        "max_input_tokens",
                        "max_tokens",
                        "capabilities",
                        "lifecycle",
                        "line",
                        "deprecated_at",
                        "retires_at");
    }

    @Test
    void pagesOfModelsAddUpToTheWholeList() {
        List<String> whole = ids("/v1/models");
        List<String> paged = new ArrayList<>();
        JsonNode page = open.handle(FakeExchange.get("/v1/models?limit=2")).json();
        paged.addAll(page.path("data").findValuesAsText("id"));
        while (page.path("has_more").asBoolean()) {
            String last = page.path("last_id").asText();
            page = open.handle(FakeExchange.get("/v1/models?limit=2&after_id=" + last))
                    .json();
            paged.addAll(page.path("data").findValuesAsText("id"));
            assertThat(paged.size()).isLessThanOrEqualTo(whole.size());
        }
        assertThat(paged).isEqualTo(whole);
        assertThat(ids("/v1/models?limit=2&before_id=" + whole.get(3))).isEqualTo(whole.subList(1, 3));
        assertThat(ids("/v1/models?after_id=unknown")).isEmpty();
        assertThat(open.handle(FakeExchange.get("/v1/models?limit=0")).status()).isEqualTo(400);
    }

    private List<String> ids(String target) {
        return open.handle(FakeExchange.get(target)).json().path("data").findValuesAsText("id");
    }

    @ParameterizedTest
    @CsvSource({
        "claude-3-5-haiku-20241022,claude-3-5-haiku-20241022",
        "openai/gpt-4o,openai/gpt-4o",
        "openai%2Fgpt-4o,openai/gpt-4o",
        "anything,anything"
    })
    void anyNameThatMapsIsAModel(String path, String id) {
        for (String prefix : List.of("/v1/models/", "/v1/v1/models/")) {
            FakeExchange exchange = open.handle(FakeExchange.get(prefix + path));
            assertThat(exchange.status()).isEqualTo(200);
            assertThat(exchange.json().path("id").asText()).isEqualTo(id);
        }
    }

    @Test
    void aBlankNameIsNoModel() {
        FakeExchange exchange = open.handle(FakeExchange.get("/v1/models/%20"));
        assertThat(exchange.status()).isEqualTo(404);
        assertThat(exchange.errorMessage().toLowerCase(Locale.ROOT)).startsWith("model:");
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return packed.toByteArray();
    }
}
