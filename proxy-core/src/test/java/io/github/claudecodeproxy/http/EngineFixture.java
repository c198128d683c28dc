package io.github.claudecodeproxy.http;

import java.net.URI;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** An engine over a fake upstream and a clock that stands still. */
final class EngineFixture {

    static final String STREAM_REQUEST =
            "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":100,\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    static final String WHOLE_REQUEST = STREAM_REQUEST.replace("\"stream\":true", "\"stream\":false");

    final FakeUpstream upstream = new FakeUpstream();
    final FakeTimers timers = new FakeTimers();
    final ProxyEngine engine;

    EngineFixture() {
        this(settings -> settings);
    }

    EngineFixture(UnaryOperator<ProxySettings.Builder> change) {
        ProxySettings.Builder builder = ProxySettings.builder()
                .upstreamKey("upstream-secret")
                .baseUrl(URI.create("http://provider.test/v1"))
                .requestTimeout(Duration.ofMinutes(5));
        engine = new ProxyEngine(change.apply(builder).build(), upstream, timers, Runnable::run, () -> {});
    }

    FakeExchange handle(FakeExchange exchange) {
        engine.handle(exchange);
        return exchange;
    }

    FakeExchange stream() {
        return handle(FakeExchange.post("/v1/messages", STREAM_REQUEST));
    }

    FakeExchange whole() {
        return handle(FakeExchange.post("/v1/messages", WHOLE_REQUEST));
    }
}
