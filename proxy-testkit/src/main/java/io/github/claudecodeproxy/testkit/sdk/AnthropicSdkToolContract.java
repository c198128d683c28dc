package io.github.claudecodeproxy.testkit.sdk;

import static io.github.claudecodeproxy.testkit.sdk.SdkClient.ask;
import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.core.JsonValue;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tools through the official Java client library: calls come in, results go out. */
@Timeout(60)
public abstract class AnthropicSdkToolContract {

    private static final String LONDON = "{\"city\":\"London\"}";

    private final SdkBench bench;
    private final SdkClient sdk;

    /** A suite for what stands on this bench. */
    protected AnthropicSdkToolContract(SdkBench bench) {
        this.bench = bench;
        this.sdk = new SdkClient(bench.client("any-key", 0));
    }

    @AfterEach
    void stop() {
        sdk.close();
        bench.close();
    }

    @Test
    void toolTripStreamed() {
        bench.upstream()
                .reply(Reply.sse(
                        Chunks.role(),
                        Chunks.text("Let me look."),
                        Chunks.call(0, "call_1", "weather", ""),
                        Chunks.arguments(0, "{\"ci"),
                        Chunks.arguments(0, "ty\":\"Lon"),
                        Chunks.arguments(0, "don\"}"),
                        Chunks.finish("tool_calls"),
                        Chunks.usage(30, 7)))
                .reply(Reply.sse(Chunks.answer("It rains.")));
        Message first = sdk.stream(question());
        assertThat(first.content()).hasSize(2);
        assertThat(first.content().get(0).asText().text()).isEqualTo("Let me look.");
        Message second = sdk.stream(followUp(first, "rain"));
        assertTrip(first, second);
    }

    @Test
    void toolTripWhole() {
        ObjectNode message = Chunks.delta().put("role", "assistant").putNull("content");
        bench.upstream()
                .reply(Reply.json(
                        200, Chunks.completion("tool_calls", Chunks.withCall(message, 0, "call_1", "weather", LONDON))))
                .reply(Reply.json(200, Chunks.completion("It rains.")));
        Message first = sdk.create(question());
        Message second = sdk.create(followUp(first, "rain"));
        assertTrip(first, second);
    }

    private void assertTrip(Message first, Message second) {
        assertThat(first.stopReason()).contains(StopReason.TOOL_USE);
        ToolUseBlock call = calls(first).get(0);
        assertThat(call.name()).isEqualTo("weather");
        assertThat(input(call)).isEqualTo(Map.of("city", "London"));
        assertThat(call.caller().isDirect()).isTrue();
        assertThat(second.content().get(0).asText().text()).isEqualTo("It rains.");
        assertThat(second.stopReason()).contains(StopReason.END_TURN);

        JsonNode asked = sent(0);
        assertThat(asked.at("/tools/0/function/name").asText()).isEqualTo("weather");
        assertThat(asked.at("/tools/0/function/parameters/properties/city/type").asText())
                .isEqualTo("string");
        JsonNode history = sent(1).path("messages");
        JsonNode repeated = history.at("/1/tool_calls/0");
        assertThat(repeated.at("/function/name").asText()).isEqualTo("weather");
        assertThat(repeated.at("/function/arguments").asText()).isEqualTo(LONDON);
        assertThat(history.at("/2/role").asText()).isEqualTo("tool");
        assertThat(history.at("/2/tool_call_id").asText())
                .isEqualTo(repeated.path("id").asText())
                .isEqualTo("call_1");
        assertThat(history.at("/2/content").asText()).isEqualTo("rain");
    }

    @Test
    void parallelCalls() {
        bench.upstream()
                .reply(Reply.sse(
                        Chunks.role(),
                        Chunks.call(0, "call_1", "weather", LONDON),
                        Chunks.call(1, "call_2", "weather", "{\"city\":"),
                        Chunks.arguments(1, "\"Paris\"}"),
                        Chunks.finish("tool_calls"),
                        Chunks.usage(30, 7)))
                .reply(Reply.sse(Chunks.answer("Both.")));
        Message first = sdk.stream(question());
        List<ToolUseBlock> calls = calls(first);
        assertThat(calls).extracting(ToolUseBlock::name).containsExactly("weather", "weather");
        assertThat(calls)
                .extracting(AnthropicSdkToolContract::input)
                .containsExactly(Map.of("city", "London"), Map.of("city", "Paris"));
        assertThat(calls).extracting(ToolUseBlock::id).doesNotHaveDuplicates();
        sdk.stream(followUp(first, "rain"));
        JsonNode history = sent(1).path("messages");
        assertThat(history).hasSize(4);
        assertThat(history.at("/1/tool_calls")).hasSize(2);
        for (int i = 0; i < 2; i++) {
            assertThat(history.at("/" + (i + 2) + "/tool_call_id").asText())
                    .isEqualTo(history.at("/1/tool_calls/" + i + "/id").asText());
        }
    }

    @Test
    void callsWithoutArguments() {
        ObjectNode message = Chunks.delta().put("role", "assistant");
        bench.upstream()
                .reply(Reply.sse(
                        Chunks.role(),
                        Chunks.call(0, "call_1", "now", ""),
                        Chunks.finish("tool_calls"),
                        Chunks.usage(30, 7)))
                .reply(Reply.json(
                        200, Chunks.completion("tool_calls", Chunks.withCall(message, 0, "call_1", "now", ""))));
        for (Message answer : List.of(sdk.stream(question()), sdk.create(question()))) {
            assertThat(calls(answer)).hasSize(1);
            assertThat(calls(answer).get(0).name()).isEqualTo("now");
            assertThat(input(calls(answer).get(0))).isEqualTo(Map.of());
        }
    }

    @Test
    void failedToolIsReported() {
        bench.upstream()
                .reply(Reply.sse(
                        Chunks.call(0, "call_1", "weather", LONDON), Chunks.finish("tool_calls"), Chunks.usage(30, 7)))
                .reply(Reply.sse(Chunks.answer("Sorry.")));
        Message first = sdk.stream(question());
        ContentBlockParam result = ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                .toolUseId(calls(first).get(0).id())
                .content("no network")
                .isError(true)
                .build());
        sdk.stream(question().addMessage(first).addUserMessageOfContentBlockParams(List.of(result)));
        assertThat(sent(1).at("/messages/2/content").asText()).contains("no network");
    }

    @Test
    void choiceOfToolArrives() {
        bench.upstream().alwaysReply(request -> Reply.json(200, Chunks.completion("Hello")));
        sdk.create(question().toolToolChoice("now"));
        assertThat(sent(0).at("/tool_choice/function/name").asText()).isEqualTo("now");
    }

    private MessageCreateParams.Builder question() {
        return ask("How is the weather?")
                .addTool(tool("weather", Map.of("city", Map.of("type", "string")), List.of("city")))
                .addTool(tool("now", Map.of(), List.of()));
    }

    private MessageCreateParams.Builder followUp(Message first, String result) {
        List<ContentBlockParam> results = calls(first).stream()
                .map(call -> ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                        .toolUseId(call.id())
                        .content(result)
                        .build()))
                .toList();
        return question().addMessage(first).addUserMessageOfContentBlockParams(results);
    }

    private static Tool tool(String name, Map<String, ?> properties, List<String> required) {
        Tool.InputSchema.Properties.Builder all = Tool.InputSchema.Properties.builder();
        properties.forEach((property, schema) -> all.putAdditionalProperty(property, JsonValue.from(schema)));
        return Tool.builder()
                .name(name)
                .description("The " + name)
                .inputSchema(Tool.InputSchema.builder()
                        .properties(all.build())
                        .required(required)
                        .build())
                .build();
    }

    private static List<ToolUseBlock> calls(Message message) {
        return message.content().stream()
                .filter(ContentBlock::isToolUse)
                .map(ContentBlock::asToolUse)
                .toList();
    }

    private static Object input(ToolUseBlock call) {
        return new ObjectMapper().convertValue(call._input(), Map.class);
    }

    private JsonNode sent(int index) {
        return bench.upstream().requests().get(index).json();
    }
}
