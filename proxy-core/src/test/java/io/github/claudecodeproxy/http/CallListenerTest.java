package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.claude.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a listener learns of calls. */
class CallListenerTest {

    private static final String USAGE = "{\"choices\":[],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":3,"
            + "\"total_tokens\":23,\"prompt_tokens_details\":{\"cached_tokens\":8}}}";

    private final List<String> begun = new ArrayList<>();
    private final List<CallReport> ended = new ArrayList<>();
    private final EngineFixture proxy = new EngineFixture(settings -> settings.calls(new CallListener() {
                @Override
                public void begun(String id, String requested, String upstream, boolean streaming) {
                    begun.add(id + " " + requested + " " + upstream + " " + streaming);
                }

                @Override
                public void ended(CallReport call) {
                    ended.add(call);
                }
            })
            .maxRetries(1));

    private CallReport only() {
        assertThat(begun).hasSize(1);
        assertThat(ended).hasSize(1);
        CallReport call = ended.get(0);
        assertThat(begun.get(0))
                .isEqualTo(call.requestId() + " " + call.requestedModel() + " " + call.upstreamModel() + " "
                        + call.streaming());
        return call;
    }

    @Test
    void aStreamHasTokensAndTimes() {
        FakeExchange client = proxy.stream();
        assertThat(begun).hasSize(1);
        assertThat(ended).isEmpty();
        proxy.timers.advance(Duration.ofMillis(300));
        FakeUpstream.Call upstream = proxy.upstream.last().stream().text("Hello");
        proxy.timers.advance(Duration.ofMillis(200));
        upstream.finish("stop").data(USAGE).end();
        CallReport call = only();
        assertThat(call.requestId()).isEqualTo(client.responseHeader("request-id"));
        assertThat(call.requestedModel()).startsWith("claude-");
        assertThat(call.upstreamModel()).isEqualTo("gpt-4o");
        assertThat(call.streaming()).isTrue();
        assertThat(call.status()).isEqualTo(200);
        assertThat(call.outcome()).isEqualTo("end_turn");
        assertThat(call.usage()).isEqualTo(Usage.of(12, 0, 8, 3));
        assertThat(call.timeToFirst()).isEqualTo(Duration.ofMillis(300));
        assertThat(call.duration()).isEqualTo(Duration.ofMillis(500));
        assertThat(call.attempts()).isEqualTo(1);
        assertThat(call.losses()).isEmpty();
    }

    @Test
    void onlyTheFirstContentBlockIsTheFirst() {
        proxy.stream();
        proxy.timers.advance(Duration.ofMillis(300));
        FakeUpstream.Call upstream = proxy.upstream.last().stream()
                .data("{\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"Hm\"}}]}");
        proxy.timers.advance(Duration.ofMillis(400));
        upstream.text("Hello").finish("stop").data(USAGE).end();
        assertThat(only().timeToFirst()).isEqualTo(Duration.ofMillis(300));
    }

    @Test
    void aWholeAnswerHasTokensAndLosses() {
        proxy.handle(FakeExchange.post(
                "/v1/messages", EngineFixture.WHOLE_REQUEST.replace("\"max_tokens\"", "\"top_k\":5,\"max_tokens\"")));
        proxy.upstream
                .last()
                .respond(
                        200,
                        "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},"
                                + "\"finish_reason\":\"length\"}],"
                                + "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2}}");
        CallReport call = only();
        assertThat(call.streaming()).isFalse();
        assertThat(call.outcome()).isEqualTo("max_tokens");
        assertThat(call.usage()).isEqualTo(Usage.of(5, 0, 0, 2));
        assertThat(call.timeToFirst()).isNull();
        assertThat(call.losses())
                .extracting(loss -> loss.model() + " " + loss.kind() + " " + loss.field())
                .containsExactly("gpt-4o parameter_dropped top_k");
    }

    @Test
    void anErrorHasItsStatusAndItsAttempts() {
        proxy.stream();
        proxy.upstream.last().respond(503, "{\"error\":{\"message\":\"busy\"}}");
        proxy.timers.advance(Duration.ofSeconds(5));
        proxy.upstream.last().respond(503, "{\"error\":{\"message\":\"busy\"}}");
        CallReport call = only();
        assertThat(call.status()).isEqualTo(529);
        assertThat(call.outcome()).isEqualTo("overloaded_error");
        assertThat(call.attempts()).isEqualTo(2);
        assertThat(call.usage()).isNull();
    }

    @Test
    void aBrokenStreamHasTheTypeOfItsError() {
        proxy.stream();
        proxy.upstream.last().stream().text("Hel").end();
        CallReport call = only();
        assertThat(call.status()).isEqualTo(200);
        assertThat(call.outcome()).isEqualTo("api_error");
        assertThat(call.usage()).isNull();
    }

    @Test
    void aClientThatLeftIsReported() {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().stream().text("Hel");
        client.leave();
        CallReport call = only();
        assertThat(call.status()).isEqualTo(499);
        assertThat(call.outcome()).isEqualTo("client_gone");
    }

    @Test
    void aListenerThatFailsChangesNothing() {
        EngineFixture failing = new EngineFixture(settings -> settings.calls(new CallListener() {
            @Override
            public void begun(String id, String requested, String upstream, boolean streaming) {
                throw new IllegalStateException("no");
            }

            @Override
            public void ended(CallReport call) {
                throw new IllegalStateException("no");
            }
        }));
        FakeExchange client = failing.stream();
        failing.upstream.last().stream()
                .text("Hello")
                .finish("stop")
                .data(USAGE)
                .end();
        assertThat(client.events()).endsWith("message_stop");
    }
}
