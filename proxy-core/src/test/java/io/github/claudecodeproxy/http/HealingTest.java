package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Calls that the upstream refuses for a parameter that it does not take. */
class HealingTest {

    private static final String NO_TEMPERATURE =
            "{\"error\":{\"message\":\"Unsupported parameter: 'temperature'\",\"param\":\"temperature\",\"code\":\"unsupported_parameter\"}}";
    private static final String NO_TOP_P =
            "{\"error\":{\"message\":\"Unsupported parameter: 'top_p'\",\"param\":\"top_p\",\"code\":\"unsupported_parameter\"}}";
    private static final String ANSWER =
            "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}";

    private final EngineFixture proxy = new EngineFixture(settings -> settings.maxRetries(0));

    private FakeExchange call(String model, boolean stream) {
        return proxy.handle(FakeExchange.post(
                "/v1/messages",
                "{\"model\":\"" + model + "\",\"max_tokens\":100,\"stream\":" + stream
                        + ",\"temperature\":0.5,\"top_p\":0.9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"));
    }

    @Test
    void aStreamIsSentOnceMoreWithoutIt() {
        FakeExchange client = call("m", true);
        proxy.upstream.last().respond(400, NO_TEMPERATURE);
        assertThat(client.answered()).isFalse();
        assertThat(proxy.upstream.count()).isEqualTo(2);
        assertThat(proxy.upstream.last().body()).doesNotContain("temperature").contains("top_p");

        proxy.upstream.last().stream().text("Hello").finish("stop").data("[DONE]");
        assertThat(client.events()).endsWith("message_stop");
        assertThat(client.responseHeader("x-proxy-diagnostics")).contains("parameter_dropped temperature");
    }

    @Test
    void aWholeCallIsSentOnceMoreWithoutIt() {
        FakeExchange client = call("m", false);
        proxy.upstream.last().respond(400, NO_TEMPERATURE);
        proxy.upstream.last().respond(200, ANSWER);
        assertThat(client.status()).isEqualTo(200);
        assertThat(proxy.upstream.count()).isEqualTo(2);
    }

    @Test
    void theNextCallIsRightAtOnce() {
        call("m", false);
        proxy.upstream.last().respond(400, NO_TEMPERATURE);
        proxy.upstream.last().respond(200, ANSWER);

        FakeExchange next = call("m", true);
        assertThat(proxy.upstream.count()).isEqualTo(3);
        assertThat(proxy.upstream.last().body()).doesNotContain("temperature");
        proxy.upstream.last().stream().text("Hello").finish("stop").data("[DONE]");
        assertThat(next.events()).endsWith("message_stop");
    }

    @Test
    void otherModelsAreLeftAlone() {
        call("m", false);
        proxy.upstream.last().respond(400, NO_TEMPERATURE);
        proxy.upstream.last().respond(200, ANSWER);

        call("n", true);
        assertThat(proxy.upstream.last().body()).contains("temperature");
    }

    @Test
    void onceACallAndTheSecondRefusalIsWhatTheClientSees() {
        FakeExchange client = call("m", true);
        proxy.upstream.last().respond(400, NO_TEMPERATURE);
        proxy.upstream.last().respond(400, NO_TOP_P);
        assertThat(client.status()).isEqualTo(400);
        assertThat(client.errorMessage()).contains("top_p");
        assertThat(proxy.upstream.count()).isEqualTo(2);
    }

    @Test
    void aLessonThatDidNotHelpIsForgotten() {
        call("m", true);
        proxy.upstream.last().respond(400, NO_TEMPERATURE);
        proxy.upstream.last().respond(400, NO_TEMPERATURE);

        call("m", true);
        assertThat(proxy.upstream.last().body()).contains("temperature");
    }

    @Test
    void notOnceTheClientWasToldThatItsAnswerBegins() {
        FakeExchange client = call("m", true);
        proxy.timers.advance(ProxyTimeouts.defaults().headersHold());
        assertThat(client.answered()).isTrue();

        proxy.upstream.last().respond(400, NO_TEMPERATURE);
        assertThat(proxy.upstream.count()).isEqualTo(1);
        assertThat(client.events()).endsWith("error");
    }

    @Test
    void anythingElseIsNotSentAgain() {
        FakeExchange client = call("m", true);
        proxy.upstream.last().respond(400, "{\"error\":{\"message\":\"messages: no\",\"param\":\"messages\"}}");
        assertThat(client.status()).isEqualTo(400);
        assertThat(proxy.upstream.count()).isEqualTo(1);
    }

    @Test
    void aLongRunDoesNotFillTheMemory() {
        LearntLessons lessons = new LearntLessons();
        for (int i = 0; i < 3000; i++) {
            lessons.learn(
                    "model" + i,
                    new io.github.claudecodeproxy.translate.Lesson(
                            io.github.claudecodeproxy.translate.Lesson.Kind.LEAVE_OUT, "field", null));
        }
        for (int i = 0; i < 100; i++) {
            lessons.learn(
                    "model0",
                    new io.github.claudecodeproxy.translate.Lesson(
                            io.github.claudecodeproxy.translate.Lesson.Kind.LEAVE_OUT, "field" + i, null));
        }
        assertThat(lessons.of("model0")).hasSize(16);
        assertThat(lessons.of("model2999")).isEmpty();
    }
}
