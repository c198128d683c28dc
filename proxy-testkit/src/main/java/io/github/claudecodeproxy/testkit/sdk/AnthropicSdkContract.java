package io.github.claudecodeproxy.testkit.sdk;

import static io.github.claudecodeproxy.testkit.sdk.SdkClient.ask;
import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.core.http.AsyncStreamResponse;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Base64ImageSource;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.ImageBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.TextBlockParam;
import com.anthropic.models.models.ModelInfo;
import com.anthropic.models.models.ModelListPage;
import com.anthropic.models.models.ModelListParams;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.testkit.Case;
import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the official Java client library reads, it takes for an answer of the real API. */
@Timeout(60)
public abstract class AnthropicSdkContract {

    private final SdkBench bench;
    private final SdkClient sdk;

    /** A suite for what stands on this bench. */
    protected AnthropicSdkContract(SdkBench bench) {
        this.bench = bench;
        this.sdk = new SdkClient(bench.client("any-key", 0));
    }

    @AfterEach
    void stop() {
        sdk.close();
        bench.close();
    }

    @Test
    void createsAMessage() {
        bench.upstream().reply(Reply.json(200, Chunks.completion("Hello, you.")));
        Message message = sdk.create(ask("Hello").system("Be short."));
        assertThat(message.isValid()).isTrue();
        assertThat(message.id()).startsWith("msg_");
        assertThat(message.model().asString()).isEqualTo("claude-sonnet-4-5");
        assertThat(textOf(message)).isEqualTo("Hello, you.");
        assertThat(message.stopReason()).contains(StopReason.END_TURN);
        assertThat(message.stopSequence()).isEmpty();
        assertThat(message.stopDetails()).isEmpty();
        assertThat(message.container()).isEmpty();
        assertThat(message.usage().inputTokens()).isEqualTo(12);
        assertThat(message.usage().outputTokens()).isEqualTo(3);
        JsonNode sent = sent(0);
        assertThat(sent.path("model").asText()).isEqualTo("gpt-4o");
        assertThat(sent.path("stream").asBoolean(false)).isFalse();
        assertThat(sent.path("messages")).hasToString("""
                        [{"role":"system","content":"Be short."},{"role":"user","content":"Hello"}]""");
    }

    @Test
    void streamsAMessage() {
        bench.upstream()
                .reply(Reply.sse(
                        Chunks.role(),
                        Chunks.text("Hel"),
                        Chunks.text("lo"),
                        Chunks.text(", 世界 🌍"),
                        Chunks.finish("stop"),
                        Chunks.usage(40, 9)));
        Message message = sdk.stream(ask("Hello"));
        assertThat(textOf(message)).isEqualTo("Hello, 世界 🌍");
        assertThat(message.model().asString()).isEqualTo("claude-sonnet-4-5");
        assertThat(message.stopReason()).contains(StopReason.END_TURN);
        assertThat(message.usage().inputTokens()).isEqualTo(40);
        assertThat(message.usage().outputTokens()).isEqualTo(9);
        assertThat(sent(0).path("stream").asBoolean()).isTrue();
        assertThat(sent(0).at("/stream_options/include_usage").asBoolean()).isTrue();
    }

    @Test
    void streamsToAnAsynchronousClient() throws Exception {
        bench.upstream().reply(Reply.sse(Chunks.answer("Hello")));
        MessageAccumulator accumulator = MessageAccumulator.create();
        AsyncStreamResponse<RawMessageStreamEvent> events = sdk.client()
                .async()
                .messages()
                .createStreaming(ask("Hello").build())
                .subscribe(event -> accumulator.accumulate(event.validate()));
        events.onCompleteFuture().get(30, TimeUnit.SECONDS);
        assertThat(textOf(accumulator.message().validate())).isEqualTo("Hello");
    }

    @Test
    void createsAMessageForAnAsynchronousClient() throws Exception {
        bench.upstream().reply(Reply.json(200, Chunks.completion("Hello")));
        Message message =
                sdk.client().async().messages().create(ask("Hello").build()).get(30, TimeUnit.SECONDS);
        assertThat(textOf(message)).isEqualTo("Hello");
    }

    @Test
    void showsReasoningAsThinking() {
        bench.upstream()
                .reply(Reply.json(
                        200,
                        Chunks.completion(
                                "stop",
                                Chunks.delta()
                                        .put("role", "assistant")
                                        .put("reasoning_content", "Two and two.")
                                        .put("content", "Four"))))
                .reply(Reply.sse(
                        Chunks.role(),
                        Chunks.reasoning("Two and "),
                        Chunks.reasoning("two."),
                        Chunks.text("Four"),
                        Chunks.finish("stop"),
                        Chunks.usage(12, 3)));
        Message whole = sdk.create(ask("2+2?").maxTokens(4096).enabledThinking(2048));
        Message streamed = sdk.stream(ask("2+2?").maxTokens(4096).enabledThinking(2048));
        for (Message message : List.of(whole, streamed)) {
            assertThat(message.content()).hasSize(2);
            assertThat(message.content().get(0).asThinking().thinking()).isEqualTo("Two and two.");
            assertThat(message.content().get(1).asText().text()).isEqualTo("Four");
        }
        assertThat(streamed.content().get(0).asThinking().signature())
                .isEqualTo(whole.content().get(0).asThinking().signature());
    }

    @Test
    void takesItsOwnThinkingBack() {
        bench.upstream()
                .reply(Reply.sse(
                        Chunks.reasoning("Two and two."),
                        Chunks.text("Four"),
                        Chunks.finish("stop"),
                        Chunks.usage(12, 3)))
                .reply(Reply.sse(Chunks.answer("Five")));
        Message first = sdk.stream(ask("2+2?").maxTokens(4096).enabledThinking(2048));
        Message second = sdk.stream(ask("2+2?")
                .maxTokens(4096)
                .enabledThinking(2048)
                .addMessage(first)
                .addUserMessage("And 2+3?"));
        assertThat(textOf(second)).isEqualTo("Five");
        assertThat(sent(1).path("messages")).hasSize(3);
        assertThat(sent(1).at("/messages/1/role").asText()).isEqualTo("assistant");
        assertThat(sent(1).at("/messages/1/content").asText()).isEqualTo("Four");
    }

    @Test
    void sendsSystemBlocksImagesAndStopSequences() {
        bench.upstream().reply(Reply.sse(Chunks.answer("A dot")));
        Message message = sdk.stream(ask("Look:")
                .systemOfTextBlockParams(List.of(systemText("Be short."), systemText("Be kind.")))
                .addUserMessageOfContentBlockParams(List.of(image(), text("What is this?")))
                .stopSequences(List.of("END", "STOP")));
        assertThat(textOf(message)).isEqualTo("A dot");
        JsonNode sent = sent(0);
        assertThat(sent.path("stop")).hasToString("[\"END\",\"STOP\"]");
        assertThat(sent.at("/messages/0/role").asText()).isEqualTo("system");
        assertThat(sent.at("/messages/0").toString()).contains("Be short.", "Be kind.");
        assertThat(sent.toString()).contains("data:image/png;base64,iVBORw0KGgo=", "What is this?", "Look:");
    }

    @Test
    void tellsWhyTheAnswerEnded() {
        bench.upstream()
                .reply(Reply.sse(Chunks.role(), Chunks.text("Hel"), Chunks.finish("length"), Chunks.usage(1, 2)))
                .reply(Reply.sse(
                        Chunks.role(), Chunks.text("I can"), Chunks.finish("content_filter"), Chunks.usage(1, 2)))
                .reply(Reply.json(
                        200, Chunks.completion("length", Chunks.delta().put("content", "Hel"))));
        assertThat(sdk.stream(ask("Hello")).stopReason()).contains(StopReason.MAX_TOKENS);
        Message refusal = sdk.stream(ask("Hello"));
        assertThat(refusal.stopReason()).contains(StopReason.REFUSAL);
        assertThat(refusal.stopDetails()).isPresent();
        assertThat(sdk.create(ask("Hello")).stopReason()).contains(StopReason.MAX_TOKENS);
    }

    @Test
    @Case({"U09", "U10"})
    void countsTokens() {
        long few = count("Hello");
        long many = count("Hello, this is a much longer question about many things. ".repeat(100));
        assertThat(few).isPositive();
        assertThat(many).isGreaterThan(few + 500);
        assertThat(bench.upstream().requests()).isEmpty();
    }

    @Test
    @Case("E16")
    void listsModelsPageByPage() {
        ModelListPage page =
                sdk.client().models().list(ModelListParams.builder().limit(2).build());
        assertThat(page.data()).hasSize(2);
        assertThat(page.hasMore()).contains(true);
        List<String> ids =
                page.autoPager().stream().map(model -> model.validate().id()).toList();
        List<String> all = sdk.client().models().list().autoPager().stream()
                .map(ModelInfo::id)
                .toList();
        assertThat(ids).isEqualTo(all).doesNotHaveDuplicates();
        assertThat(ids).contains("gpt-4o", "gpt-4o-mini", "claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5");
    }

    @Test
    void retrievesAModel() {
        ModelInfo model = sdk.client().models().retrieve("claude-haiku-4-5");
        assertThat(model.isValid()).isTrue();
        assertThat(model.id()).isEqualTo("claude-haiku-4-5");
        assertThat(model.displayName()).contains("gpt-4o-mini");
        assertThat(model.maxTokens()).isPresent();
        assertThat(sdk.client().models().retrieve("vendor/some-model:free").id())
                .isEqualTo("vendor/some-model:free");
    }

    private long count(String text) {
        return sdk.client()
                .messages()
                .countTokens(MessageCountTokensParams.builder()
                        .model("claude-sonnet-4-5")
                        .addUserMessage(text)
                        .build())
                .inputTokens();
    }

    private JsonNode sent(int index) {
        return bench.upstream().requests().get(index).json();
    }

    private static String textOf(Message message) {
        assertThat(message.content()).hasSize(1).allMatch(ContentBlock::isText);
        return message.content().get(0).asText().text();
    }

    private static TextBlockParam systemText(String text) {
        return TextBlockParam.builder().text(text).build();
    }

    private static ContentBlockParam text(String text) {
        return ContentBlockParam.ofText(systemText(text));
    }

    private static ContentBlockParam image() {
        return ContentBlockParam.ofImage(ImageBlockParam.builder()
                .source(Base64ImageSource.builder()
                        .mediaType(Base64ImageSource.MediaType.IMAGE_PNG)
                        .data("iVBORw0KGgo=")
                        .build())
                .build());
    }
}
