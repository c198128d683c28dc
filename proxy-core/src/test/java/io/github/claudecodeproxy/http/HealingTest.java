package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.provider.Providers;
import org.junit.jupiter.api.Test;

/** Calls that the upstream refuses for a parameter that it does not take. */
class HealingTest {

    private static final String NO_TEMPERATURE =
            "{\"error\":{\"message\":\"Unsupported parameter: 'temperature'\",\"param\":\"temperature\",\"code\":\"unsupported_parameter\"}}";
    private static final String NO_TOP_P =
            "{\"error\":{\"message\":\"Unsupported parameter: 'top_p'\",\"param\":\"top_p\",\"code\":\"unsupported_parameter\"}}";
    private static final String ANSWER =
            "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}";

    private static final String NOT_HERE =
            "{\"error\":{\"message\":\"This model is only supported in v1/responses and not in v1/chat/completions.\"}}";
    private static final String RESPONSE =
            "{\"object\":\"response\",\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"Hi\"}]}]}";

    private static final String NO_SEARCH =
            "{\"error\":{\"message\":\"Hosted tool 'web_search' is not supported with m.\",\"param\":\"tools\"}}";

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
    void aModelOfTheOtherApiIsAskedThereFromThenOn() {
        EngineFixture openAi = new EngineFixture(settings -> settings.maxRetries(0)
                .provider(Providers.builtIn().named("openai").orElseThrow()));
        String request =
                "{\"model\":\"gpt-7-codex\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        FakeExchange client = openAi.handle(FakeExchange.post("/v1/messages", request));
        assertThat(openAi.upstream.last().request().uri().getPath()).endsWith("/chat/completions");
        openAi.upstream.last().respond(404, NOT_HERE);
        assertThat(openAi.upstream.last().request().uri().getPath()).endsWith("/responses");
        openAi.upstream.last().respond(200, RESPONSE);
        assertThat(client.status()).isEqualTo(200);
        assertThat(openAi.upstream.count()).isEqualTo(2);

        openAi.handle(FakeExchange.post("/v1/messages", request));
        assertThat(openAi.upstream.count()).isEqualTo(3);
        assertThat(openAi.upstream.last().request().uri().getPath()).endsWith("/responses");
    }

    @Test
    void aSearchThatTheModelRefusesIsSaidToHaveFailed() {
        EngineFixture azure = new EngineFixture(settings -> settings.maxRetries(0)
                .provider(Providers.builtIn().named("azure").orElseThrow()));
        for (boolean stream : new boolean[] {true, false}) {
            FakeExchange client = azure.handle(FakeExchange.post("/v1/messages", search(stream)));
            if (stream) {
                assertThat(azure.upstream.last().body()).contains("\"web_search\"");
                azure.upstream.last().respond(400, NO_SEARCH);
                assertThat(client.events()).endsWith("message_stop");
            }
            assertThat(client.status()).isEqualTo(200);
            assertThat(client.text() + client.writes())
                    .contains("web_search_tool_result_error", "Web search is not available");
            assertThat(azure.upstream.count())
                    .as("the second time, nobody is asked")
                    .isEqualTo(1);
        }
    }

    @Test
    void aWholeCallIsAnsweredSoToo() {
        EngineFixture azure = new EngineFixture(settings -> settings.maxRetries(0)
                .provider(Providers.builtIn().named("azure").orElseThrow()));
        FakeExchange client = azure.handle(FakeExchange.post("/v1/messages", search(false)));
        azure.upstream.last().respond(400, NO_SEARCH);
        assertThat(client.status()).isEqualTo(200);
        assertThat(client.text()).contains("web_search_tool_result_error");
    }

    private static String search(boolean stream) {
        return "{\"model\":\"m\",\"max_tokens\":100,\"stream\":" + stream
                + ",\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]"
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"rain\"}]}";
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
    void refusedOneAfterTheOtherAreLearntOneAfterTheOther() {
        call("m", true);
        proxy.upstream.last().respond(400, NO_TEMPERATURE);
        proxy.upstream.last().respond(400, NO_TOP_P);

        FakeExchange client = call("m", false);
        assertThat(proxy.upstream.last().body()).doesNotContain("temperature").contains("top_p");
        proxy.upstream.last().respond(400, NO_TOP_P);
        proxy.upstream.last().respond(200, ANSWER);
        assertThat(client.status()).isEqualTo(200);

        call("m", false);
        assertThat(proxy.upstream.last().body()).doesNotContain("temperature", "top_p");
    }

    @Test
    void aLaterLimitTakesThePlaceOfAnEarlierOne() {
        for (int limit = 60; limit >= 40; limit--) {
            call("m", false);
            proxy.upstream
                    .last()
                    .respond(400, "{\"error\":{\"message\":\"Range of max_tokens should be [1, " + limit + "]\"}}");
            proxy.upstream.last().respond(200, ANSWER);
        }
        call("m", false);
        assertThat(proxy.upstream.last().body()).contains("\"max_tokens\":40");
    }

    @Test
    void whatChangesNothingIsNotSentAgain() {
        FakeExchange client = call("m", false);
        proxy.upstream.last().respond(400, "{\"error\":{\"message\":\"Range of max_tokens should be [1, 4096]\"}}");
        assertThat(client.status()).isEqualTo(400);
        assertThat(proxy.upstream.count()).isEqualTo(1);
    }

    @Test
    void anotherTryAfterItIsStillToBeHad() {
        EngineFixture retrying = new EngineFixture();
        FakeExchange client = retrying.handle(FakeExchange.post(
                "/v1/messages",
                EngineFixture.WHOLE_REQUEST.replace("\"max_tokens\"", "\"temperature\":0.5,\"max_tokens\"")));
        retrying.upstream.last().respond(400, NO_TEMPERATURE);
        retrying.upstream.last().respond(500, "{}");
        retrying.timers.advance(java.time.Duration.ofSeconds(1));
        assertThat(retrying.upstream.count()).isEqualTo(3);
        assertThat(retrying.upstream.last().body()).doesNotContain("temperature");
        retrying.upstream.last().respond(200, ANSWER);
        assertThat(client.status()).isEqualTo(200);
    }

    @Test
    void aStrictProxyDropsNothing() {
        EngineFixture strict =
                new EngineFixture(settings -> settings.strict(true).maxRetries(0));
        FakeExchange client = strict.handle(FakeExchange.post(
                "/v1/messages",
                EngineFixture.WHOLE_REQUEST.replace("\"max_tokens\"", "\"temperature\":0.5,\"max_tokens\"")));
        strict.upstream.last().respond(400, NO_TEMPERATURE);
        assertThat(client.status()).isEqualTo(400);
        assertThat(client.errorMessage()).contains("Unsupported parameter");
        assertThat(strict.upstream.count()).isEqualTo(1);
    }

    @Test
    void aLongRunDoesNotFillTheMemory() {
        for (int i = 0; i < 300; i++) {
            call("model" + i, false);
            proxy.upstream.last().respond(400, NO_TEMPERATURE);
            proxy.upstream.last().respond(200, ANSWER);
        }
        call("model299", false);
        assertThat(proxy.upstream.last().body()).doesNotContain("temperature");
        call("model0", false);
        assertThat(proxy.upstream.last().body()).as("the oldest is forgotten").contains("temperature");
    }
}
