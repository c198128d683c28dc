package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a call leaves in the log at its most verbose. */
class CallLogTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.github.claudecodeproxy.http");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        logger.setLevel(Level.TRACE);
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
        logger.setLevel(null);
    }

    private FakeExchange call(UnaryOperator<ProxySettings.Builder> change) {
        EngineFixture proxy = new EngineFixture(change);
        FakeExchange client = proxy.handle(FakeExchange.post(
                        "/v1/messages",
                        "{\"model\":\"evil\\r\\nmodel\",\"max_tokens\":9,\"stream\":true,"
                                + "\"messages\":[{\"role\":\"user\",\"content\":\"prompt-canary\"}]}")
                .with("x-api-key", "client-canary"));
        proxy.upstream.last().stream().text("answer-canary").finish("stop").end();
        return client;
    }

    private List<String> lines() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void oneLineSaysHowACallWentAndNothingSaysWhatWasSaid() {
        FakeExchange client = call(settings -> settings.clientKey("client-canary"));
        assertThat(log.list)
                .filteredOn(event -> event.getLevel() == Level.INFO)
                .filteredOn(event -> event.getLoggerName().equals(CallRecord.class.getName()))
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .asString()
                .startsWith(String.valueOf(client.responseHeader("request-id")))
                .contains(
                        "evil\\u000d\\u000amodel",
                        "status=200",
                        "end=end_turn",
                        "attempts=1",
                        " in=",
                        " out=",
                        " cached=0 ",
                        " first_ms=0 ");
        assertThat(String.join("\n", lines())).doesNotContain("canary", "upstream-secret", "\r");
        assertThat(lines()).noneMatch(line -> line.contains("\n"));
    }

    @Test
    void theFirstLossOfAKindIsALine() {
        EngineFixture proxy = new EngineFixture(settings -> settings.maxRetries(0));
        for (int i = 0; i < 3; i++) {
            proxy.stream();
            proxy.upstream.last().stream().text("x").finish("stop").end();
        }
        assertThat(lines())
                .filteredOn(line -> line.startsWith("First "))
                .singleElement()
                .asString()
                .contains("usage_estimated", "gpt-4o");
    }

    @Test
    void whatIsLearntIsALineOnce() {
        EngineFixture proxy = new EngineFixture(settings -> settings.maxRetries(0));
        String request = EngineFixture.STREAM_REQUEST.replace("\"max_tokens\"", "\"temperature\":0.5,\"max_tokens\"");
        FakeExchange[] together = new FakeExchange[2];
        for (int i = 0; i < 2; i++) {
            together[i] = proxy.handle(FakeExchange.post("/v1/messages", request));
        }
        for (int i = 0; i < 2; i++) {
            proxy.upstream.call(i).respond(400, "{\"error\":{\"message\":\"Unknown parameter: 'temperature'.\"}}");
            proxy.upstream.last().stream().text("x").finish("stop").end();
            assertThat(together[i].events()).endsWith("message_stop");
        }
        assertThat(lines())
                .filteredOn(line -> line.contains("PROVIDERS_FILE"))
                .containsExactly(
                        "gpt-4o refuses temperature as it was sent: from now on as if PROVIDERS_FILE said of this"
                                + " model {\"provider\":{\"parameters\":{\"refused\":[\"temperature\"]}}}");
    }

    @Test
    void everyStepIsToldAtTheDebugLevelWithoutKeys() {
        EngineFixture proxy = new EngineFixture(settings -> settings.clientKey("client-canary")
                .baseUrl(URI.create("http://provider.test/v1?key=url-canary"))
                .customHeaders(Map.of("X-Team", "team-canary")));
        FakeExchange client = proxy.handle(FakeExchange.post("/v1/messages", EngineFixture.STREAM_REQUEST)
                .with("x-api-key", "client-canary")
                .with("user-agent", "claude-cli/2.1")
                .with("anthropic-beta", "a,b"));
        proxy.upstream
                .last()
                .respond(
                        503,
                        "{}",
                        "retry-after",
                        "1",
                        "set-cookie",
                        "cookie-canary",
                        "x-request-id",
                        "of upstream-secret");
        proxy.timers.advance(Duration.ofSeconds(2));
        proxy.upstream.last().stream().text("Hello").finish("stop").end();
        String id = String.valueOf(client.responseHeader("request-id"));
        List<String> steps = lines().stream()
                .filter(line -> line.startsWith(id + " "))
                .map(line -> line.substring(id.length() + 1))
                .toList();
        assertThat(steps)
                .anySatisfy(line -> assertThat(line)
                        .startsWith("request of ")
                        .contains("headers {anthropic-beta=a,b, user-agent=claude-cli/2.1, x-api-key=***}"))
                .anySatisfy(line -> assertThat(line).startsWith("model claude-").contains(" -> gpt-4o of provider "))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("attempt 1: POST http://provider.test/v1/chat/completions?*** with ")
                        .contains("Authorization=***", "X-Team=***", "Content-Type=application/json"))
                .anySatisfy(line -> assertThat(line)
                        .isEqualTo("upstream answered 503, headers {retry-after=1, x-request-id=of ***}"))
                .anySatisfy(line -> assertThat(line).startsWith("failed with overloaded_error, sent again in 1"))
                .anySatisfy(line -> assertThat(line).startsWith("attempt 2: POST "))
                .anySatisfy(line -> assertThat(line).startsWith("upstream answered 200, "));
        assertThat(String.join("\n", lines())).doesNotContain("canary", "upstream-secret");
    }

    @Test
    void contentIsLoggedWhereTheSettingsAllowItButNeverAKey() {
        call(settings -> settings.clientKey("client-canary").logContent(true));
        assertThat(String.join("\n", lines()))
                .contains("prompt-canary", "answer-canary")
                .doesNotContain("client-canary", "upstream-secret");
    }
}
