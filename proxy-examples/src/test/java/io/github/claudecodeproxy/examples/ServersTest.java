package io.github.claudecodeproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.http.Loss;
import io.github.claudecodeproxy.http.ProxyEngine;
import io.github.claudecodeproxy.http.ProxySettings;
import io.github.claudecodeproxy.provider.ModelRequest;
import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.ClaudeGrammar;
import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ResponseReader;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.undertow.UndertowProxy;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** The examples that serve, over sockets, between a client and a scripted provider. */
@Timeout(120)
class ServersTest {

    private static final HeaderList JSON = HeaderList.of("Content-Type", "application/json");
    private static final String STREAM = "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64,\"stream\":true,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    private static final String WHOLE = STREAM.replace("\"stream\":true,", "");

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final ProxySettings settings = ProxySettings.builder()
            .upstreamKey("sk-of-the-upstream")
            .baseUrl(upstream.baseUrl())
            .maxRetries(0)
            .build();
    private final UpstreamClient client = settings.upstreamClient().build();
    private final ProxyEngine engine = new ProxyEngine(settings, client);

    @AfterEach
    void stop() {
        engine.close();
        client.close();
        upstream.close();
    }

    private void serves(URI address, String prefix) throws Exception {
        upstream.reply(Reply.json(200, Chunks.completion("Hello, you.")));
        Response whole = TestClient.call(address, "POST", prefix + "/v1/messages", JSON, WHOLE);
        assertThat(whole.json().at("/content/0/text").asText()).isEqualTo("Hello, you.");
        assertThat(TestClient.call(address, "GET", prefix + "/nowhere", JSON, "")
                        .status())
                .isEqualTo(404);
        assertThat(TestClient.call(address, "HEAD", prefix + "/health", JSON, "")
                        .status())
                .isEqualTo(200);
        streams(address, prefix);
    }

    private void streams(URI address, String prefix) throws IOException {
        CountDownLatch rest = new CountDownLatch(1);
        upstream.reply(Reply.streaming()
                .sse(Chunks.role(), Chunks.text("one"))
                .pause(rest)
                .sse(Chunks.text("two"), Chunks.finish("stop"), Chunks.usage(12, 3))
                .done()
                .end());
        try (TestClient connection = TestClient.connect(address)) {
            connection.send("POST", prefix + "/v1/messages", JSON, STREAM);
            ResponseReader stream = connection.response();
            String all = stream.readUntil("\"one\"");
            rest.countDown();
            all += stream.readToEnd();
            assertThat(ClaudeGrammar.messageOf(all).at("/content/0/text").asText())
                    .isEqualTo("onetwo");
        }
    }

    @Test
    void theServerOfTheJdk() throws Exception {
        try (HttpServerProxy server = new HttpServerProxy(engine, 0)) {
            URI address = URI.create("http://127.0.0.1:" + server.port());
            serves(address, "");
            String large = WHOLE.replace("Hello", "x".repeat(33 << 20));
            try (TestClient connection = TestClient.connect(address)) {
                connection.sendRaw("POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + large.length() + "\r\n\r\n");
                assertThat(connection.response().status()).isEqualTo(413);
            }
        }
    }

    @Test
    void aClientOfTheJdksServerThatLeaves() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        upstream.reply(Reply.streaming()
                .sse(Chunks.role(), Chunks.text("one"))
                .pause(left)
                .repeat(("data: " + Chunks.text("more") + "\n\n").getBytes(StandardCharsets.UTF_8), 5000)
                .stall());
        try (HttpServerProxy server = new HttpServerProxy(engine, 0);
                TestClient connection = TestClient.connect(server.port())) {
            connection.send("POST", "/v1/messages", JSON, STREAM);
            connection.response().readUntil("\"one\"");
            connection.reset();
            left.countDown();
            upstream.awaitRequest(0).connectionClosed().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void aTomcatOfYourOwn() throws Exception {
        try (EmbeddedTomcat tomcat = new EmbeddedTomcat(engine, 0)) {
            URI base = URI.create(tomcat.baseUrl());
            serves(URI.create("http://127.0.0.1:" + base.getPort()), base.getPath());
        }
    }

    @Test
    void springBoot() throws Exception {
        try (ServletWebServerApplicationContext spring =
                (ServletWebServerApplicationContext) new SpringApplicationBuilder(SpringApplication.class)
                        .initializers(context -> {
                            GenericApplicationContext beans = (GenericApplicationContext) context;
                            beans.registerBean(ProxySettings.class, () -> settings);
                            beans.registerBean(TomcatServletWebServerFactory.class, () -> {
                                TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory(0);
                                factory.setBaseDirectory(temporaryFolder());
                                return factory;
                            });
                        })
                        .run()) {
            serves(URI.create("http://127.0.0.1:" + spring.getWebServer().getPort()), "/claude");
        }
    }

    private static File temporaryFolder() {
        try {
            return Files.createTempDirectory("spring").toFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyTenantHasItsOwnToken() throws Exception {
        AtomicInteger hour = new AtomicInteger();
        upstream.alwaysReply(request -> Reply.json(200, Chunks.completion("Hello, you.")));
        try (Tenants tenants = new Tenants(
                        settings,
                        Map.of(
                                "of-alice",
                                () -> "alice-" + hour.incrementAndGet(),
                                "of-bob",
                                () -> "bob-" + hour.get()));
                UndertowProxy server =
                        UndertowProxy.builder(tenants::handle).port(0).build().start()) {
            URI address = URI.create("http://127.0.0.1:" + server.port());
            for (String key : List.of("of-alice", "of-bob", "of-alice")) {
                assertThat(TestClient.call(address, "POST", "/v1/messages", JSON.with("x-api-key", key), WHOLE)
                                .status())
                        .isEqualTo(200);
            }
            assertThat(TestClient.call(address, "POST", "/v1/messages", JSON.with("x-api-key", "guess"), WHOLE)
                            .status())
                    .isEqualTo(401);
            assertThat(TestClient.call(address, "POST", "/v1/messages", JSON, WHOLE)
                            .status())
                    .isEqualTo(401);
        }
        assertThat(upstream.requests())
                .extracting(request -> request.header("authorization"))
                .containsExactly("Bearer alice-1", "Bearer bob-1", "Bearer alice-2");
    }

    @Test
    void tokensOfEntraIdInPlaceOfAKey() throws Exception {
        upstream.alwaysReply(request -> request.path().endsWith("/token")
                ? Reply.json(200, "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"the-token\"}")
                : Reply.json(200, Chunks.completion("Hello, you.")));
        EntraId entra = new EntraId(upstream.baseUrl(), "tenant", "application", "a secret&");
        ProxySettings azure = settings.toBuilder().upstreamCredential(entra).build();
        try (UpstreamClient calls = azure.upstreamClient().build();
                ProxyEngine own = new ProxyEngine(azure, calls);
                UndertowProxy server =
                        UndertowProxy.builder(own::handle).port(0).build().start()) {
            URI address = URI.create("http://127.0.0.1:" + server.port());
            for (int i = 0; i < 2; i++) {
                assertThat(TestClient.call(address, "POST", "/v1/messages", JSON, WHOLE)
                                .status())
                        .isEqualTo(200);
            }
        }
        assertThat(upstream.requests()).hasSize(3);
        assertThat(upstream.requests().get(0).path()).isEqualTo("/tenant/oauth2/v2.0/token");
        assertThat(upstream.requests().get(0).text())
                .contains("client_secret=a+secret%26", "scope=https%3A%2F%2Fcognitiveservices.azure.com%2F.default");
        assertThat(upstream.requests().get(2).header("authorization")).isEqualTo("Bearer the-token");
    }

    @Test
    void aProviderOfYourOwnAndWhatIsLost() throws Exception {
        List<Loss> losses = new CopyOnWriteArrayList<>();
        ProxySettings acme = OwnProvider.settings(upstream.baseUrl(), "key-of-acme", losses::add);
        upstream.reply(Reply.json(200, Chunks.completion("Hello, you.")));
        try (UpstreamClient calls = acme.upstreamClient().build();
                ProxyEngine own = new ProxyEngine(acme, calls);
                UndertowProxy server =
                        UndertowProxy.builder(own::handle).port(0).build().start()) {
            String request = WHOLE.replace("\"max_tokens\"", "\"top_k\":7,\"service_tier\":\"auto\",\"max_tokens\"");
            URI address = URI.create("http://127.0.0.1:" + server.port());
            assertThat(TestClient.call(address, "POST", "/v1/messages", JSON, request)
                            .status())
                    .isEqualTo(200);
        }
        assertThat(upstream.requests().get(0).json().path("model").asText()).isEqualTo("acme-large");
        assertThat(upstream.requests()
                        .get(0)
                        .json()
                        .path("max_completion_tokens")
                        .asInt())
                .isEqualTo(64);
        assertThat(upstream.requests().get(0).json().path("top_k").asInt()).isEqualTo(7);
        assertThat(losses).extracting(Loss::field).contains("service_tier");
    }

    @Test
    void modelsByTheTimeOfTheDay() {
        assertThat(new CheapNights(Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC))
                        .map(ModelRequest.named("claude-opus-4-8"))
                        .model())
                .isEqualTo("gpt-4.1");
        assertThat(new CheapNights(Clock.fixed(Instant.parse("2026-01-01T23:00:00Z"), ZoneOffset.UTC))
                        .map(ModelRequest.named("claude-opus-4-8"))
                        .model())
                .isEqualTo("gpt-4.1-mini");
    }
}
