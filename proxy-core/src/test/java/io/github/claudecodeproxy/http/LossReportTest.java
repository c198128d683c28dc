package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.translate.Diagnostic;
import io.github.claudecodeproxy.translate.Diagnostic.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossReportTest {

    private static Diagnostic loss(String field) {
        return new Diagnostic(Kind.PARAMETER_DROPPED, field, "words");
    }

    @Test
    void theHeaderNamesKindAndField() {
        assertThat(LossReport.header(List.of())).isEmpty();
        assertThat(LossReport.header(List.of(loss("top_k"), new Diagnostic(Kind.TOOL_DROPPED, "tools.0", "words"))))
                .isEqualTo("parameter_dropped top_k; tool_dropped tools.0");
    }

    @Test
    void theHeaderHoldsNothingThatABreakCouldHideIn() {
        assertThat(LossReport.header(List.of(loss("a\r\nb; c \u00e9")))).isEqualTo("parameter_dropped a??b??c??");
    }

    @Test
    void theHeaderIsBounded() {
        String header = LossReport.header(new ArrayList<>(Collections.nCopies(200, loss("field"))));
        assertThat(header).hasSizeLessThan(1010).endsWith("; ...");
    }

    @Test
    void callsShowTheirLossesToTheClientAndToListeners() {
        List<String> heard = new ArrayList<>();
        EngineFixture proxy = new EngineFixture(
                settings -> settings.losses(lost -> heard.add(lost.model() + " " + lost.kind() + " " + lost.field())));
        String request = EngineFixture.STREAM_REQUEST.replace("\"stream\":true", "\"stream\":true,\"top_k\":5");

        FakeExchange stream = proxy.handle(FakeExchange.post("/v1/messages", request));
        proxy.upstream.last().stream().text("Hello").finish("stop").data("[DONE]");
        FakeExchange whole = proxy.handle(FakeExchange.post("/v1/messages", request.replace("\"stream\":true,", "")));
        proxy.upstream
                .last()
                .respond(
                        200,
                        "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}");

        assertThat(stream.responseHeader("x-proxy-diagnostics")).isEqualTo("parameter_dropped top_k");
        assertThat(whole.responseHeader("x-proxy-diagnostics")).isEqualTo("parameter_dropped top_k");
        assertThat(heard).contains("gpt-4o parameter_dropped top_k", "gpt-4o usage_estimated usage");
    }

    @Test
    void whatAListenerThrowsFailsNoCall() {
        EngineFixture proxy = new EngineFixture(settings -> settings.losses(lost -> {
            throw new IllegalStateException("as the test wants it");
        }));
        FakeExchange client = proxy.handle(FakeExchange.post(
                "/v1/messages",
                EngineFixture.STREAM_REQUEST.replace("\"stream\":true", "\"stream\":true,\"top_k\":5")));
        proxy.upstream.last().stream().text("Hello").finish("stop").data("[DONE]");
        assertThat(client.events()).endsWith("message_stop");
    }

    @Test
    void strictModeRefusesWhatWouldBeLost() {
        EngineFixture proxy = new EngineFixture(settings -> settings.strict(true));
        FakeExchange client = proxy.handle(FakeExchange.post(
                "/v1/messages",
                EngineFixture.STREAM_REQUEST.replace("\"stream\":true", "\"stream\":true,\"top_k\":5")));
        assertThat(client.status()).isEqualTo(400);
        assertThat(client.errorMessage()).startsWith("top_k: ");
        assertThat(proxy.upstream.count()).isZero();
    }
}
