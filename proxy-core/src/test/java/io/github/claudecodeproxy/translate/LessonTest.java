package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.provider.ModelMapper;
import io.github.claudecodeproxy.provider.Providers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What refusals of a parameter teach, in the words of the providers. */
class LessonTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REQUEST = """
            {"model": "claude-opus-4-5", "max_tokens": 128000, "stream": true, "temperature": 0.5, "top_p": 0.9,
             "top_k": 40, "stop_sequences": ["END"], "thinking": {"type": "adaptive"}, "output_config": {"effort": "high",
               "format": {"type": "json_schema", "schema": {"type": "object", "properties": {}}}},
             "system": "Be concise.", "service_tier": "auto",
             "metadata": {"user_id": "{\\"session_id\\":\\"s\\"}"},
             "tools": [{"name": "Read", "strict": true, "input_schema": {"type": "object", "properties": {},
               "required": [], "additionalProperties": false}}],
             "tool_choice": {"type": "any", "disable_parallel_tool_use": true},
             "messages": [{"role": "user", "content": "Hi"}]}""";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            # provider  | model           | status | body                                                                                                      | lesson          | field                 | limit
            openai      | gpt-4o-future   | 400    | {"error":{"message":"Unsupported parameter: 'temperature' is not supported with this model.","type":"invalid_request_error","param":"temperature","code":"unsupported_parameter"}} | LEAVE_OUT | temperature | -
            openai      | gpt-4o-future   | 400    | {"error":{"message":"Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value is supported.","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}} | LEAVE_OUT | temperature | -
            openai      | something-new   | 400    | {"error":{"message":"Unsupported parameter: 'max_completion_tokens' is not supported with this model. Use 'max_tokens' instead.","type":"invalid_request_error","param":"max_completion_tokens","code":"unsupported_parameter"}} | OTHER_CAP_FIELD | max_completion_tokens | -
            generic     | something-new   | 400    | {"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}} | OTHER_CAP_FIELD | max_tokens | -
            openai      | something-new   | 400    | {"error":{"message":"max_tokens is too large: 128000. This model supports at most 16384 completion tokens, whereas you provided 128000.","type":"invalid_request_error","param":"max_completion_tokens","code":"invalid_value"}} | LOWER_CAP | max_completion_tokens | 16384
            deepseek    | deepseek-new    | 400    | {"error":{"message":"Invalid max_tokens value, the valid range of max_tokens is [1, 8192]","type":"invalid_request_error","param":null,"code":"invalid_request_error"}} | LOWER_CAP | max_tokens | 8192
            groq        | llama-9         | 400    | {"error":{"message":"`max_tokens` must be less than or equal to `32768`, the maximum value for `max_tokens` is less than the `context_window` for this model","type":"invalid_request_error","param":"max_tokens"}} | LOWER_CAP | max_tokens | 32768
            gemini      | gemini-9        | 400    | [{"error":{"code":400,"message":"Unable to submit request because it has a maxOutputTokens value of 128000 but the supported range is from 1 (inclusive) to 65537 (exclusive). Update the value and try again.","status":"INVALID_ARGUMENT"}}] | LOWER_CAP | max_tokens | 65536
            openrouter  | anthropic/x     | 400    | {"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\\"type\\":\\"error\\",\\"error\\":{\\"type\\":\\"invalid_request_error\\",\\"message\\":\\"max_tokens: 128000 > 64,000, which is the maximum allowed number of output tokens for this model\\"}}"}}} | LOWER_CAP | max_tokens | 64000
            azure       | my-deployment   | 400    | {"error":{"code":"BadRequest","message":"Unrecognized request argument supplied: stream_options","type":"invalid_request_error","param":null}} | LEAVE_OUT | stream_options | -
            azure       | my-deployment   | 400    | {"error":{"message":"Unknown parameter: 'parallel_tool_calls'.","type":"invalid_request_error","param":"parallel_tool_calls","code":"unknown_parameter"}} | LEAVE_OUT | parallel_tool_calls | -
            mistral     | mistral-new     | 422    | {"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","parallel_tool_calls"],"msg":"Extra inputs are not permitted","input":false}]},"type":"invalid_request_error"} | LEAVE_OUT | parallel_tool_calls | -
            vllm        | local           | 400    | {"object":"error","message":"[{'type': 'extra_forbidden', 'loc': ('body', 'top_k'), 'msg': 'Extra inputs are not permitted', 'input': 40}]","type":"BadRequestError","param":null,"code":400} | LEAVE_OUT | top_k | -
            groq        | llama-9         | 400    | {"error":{"message":"property 'parallel_tool_calls' is unsupported","type":"invalid_request_error"}} | LEAVE_OUT | parallel_tool_calls | -
            gemini      | gemini-9        | 400    | [{"error":{"code":400,"message":"Invalid JSON payload received. Unknown name \\"stream_options\\": Cannot find field.","status":"INVALID_ARGUMENT"}}] | LEAVE_OUT | stream_options | -
            xai         | grok-9          | 400    | {"code":"Client specified an invalid argument","error":"Argument not supported on this model: stop"} | LEAVE_OUT | stop | -
            openai      | gpt-5.6-new     | 400    | {"error":{"message":"Function tools with reasoning_effort are not supported for gpt-9 in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.","type":"invalid_request_error","param":"reasoning_effort","code":null}} | EFFORT_NONE | reasoning_effort | -
            openai      | gpt-5           | 400    | {"error":{"message":"Unsupported value: 'reasoning_effort' does not support 'high' with this model.","type":"invalid_request_error","param":"reasoning_effort","code":"unsupported_value"}} | LEAVE_OUT | reasoning_effort | -
            openai      | gpt-5           | 400    | {"error":{"message":"Unsupported value: 'messages[0].role' does not support 'developer' with this model.","type":"invalid_request_error","param":"messages.[0].role","code":"unsupported_value"}} | SYSTEM_ROLE | developer | -
            openai      | something-new   | 400    | {"error":{"message":"Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.","type":"invalid_request_error","param":null,"code":null}} | FORM_IN_WORDS | response_format | -
            openai      | something-new   | 400    | {"error":{"message":"Invalid schema for function 'Read': strict mode is not supported for this model","type":"invalid_request_error","param":"tools[0].function.parameters","code":"invalid_function_parameters"}} | NOT_STRICT | strict | -
            generic     | something-new   | 400    | {"error":{"message":"tool_choice 'required' is not supported in thinking mode","type":"invalid_request_error","param":null}} | NO_FORCED_CALL | tool_choice | -
            openai      | something-new   | 400    | {"error":{"message":"Unrecognized request argument supplied: safety_identifier","type":"invalid_request_error","param":null,"code":null}} | LEAVE_OUT | safety_identifier | -
            openai      | something-new   | 400    | {"error":{"message":"Unknown parameter: 'prompt_cache_key'.","type":"invalid_request_error","param":"prompt_cache_key","code":"unknown_parameter"}} | LEAVE_OUT | prompt_cache_key | -
            """)
    void aRefusedParameterIsALesson(
            String provider, String model, int status, String body, Lesson.Kind kind, String field, Integer limit) {
        assertThat(translation(provider, model, List.of()).lesson(status, bytes(body)))
                .contains(new Lesson(kind, field, limit));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // about the conversation, not about a parameter
                "{\"error\":{\"message\":\"Invalid value for 'messages[3].content': expected a string, got null\",\"param\":\"messages.[3].content\",\"code\":\"invalid_value\"}}",
                "{\"error\":{\"message\":\"This model's maximum context length is 8192 tokens. However, you requested 140000 tokens (12000 in the messages, 128000 in the completion).\",\"param\":\"messages\",\"code\":\"context_length_exceeded\"}}",
                // what cannot be left out
                "{\"error\":{\"message\":\"tools is not supported by this model\",\"param\":\"tools\",\"code\":null}}",
                "{\"error\":{\"message\":\"The model `x` is not supported\",\"param\":\"model\",\"code\":\"model_not_found\"}}",
                // not clear
                "{\"error\":{\"message\":\"temperature and top_p cannot both be specified: not supported\",\"param\":null}}",
                "{\"error\":{\"message\":\"The temperature in Paris is unknown to the weather tool\",\"param\":null,\"code\":\"content_filter\"}}",
                // nothing that we sent
                "{\"error\":{\"message\":\"Unknown parameter: 'seed'.\",\"param\":\"seed\",\"code\":\"unknown_parameter\"}}",
                "{\"error\":{\"message\":\"max_tokens is too large\",\"param\":\"max_completion_tokens\",\"code\":\"invalid_value\"}}",
                "<html>Bad Request</html>",
                ""
            })
    void anythingElseTeachesNothing(String body) {
        assertThat(translation("openai", "something-new", List.of()).lesson(400, bytes(body)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 404, 429, 500, 503})
    void otherStatusesTeachNothing(int status) {
        String body = "{\"error\":{\"message\":\"Unsupported parameter: 'temperature'\",\"param\":\"temperature\"}}";
        assertThat(translation("openai", "something-new", List.of()).lesson(status, bytes(body)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "LEAVE_OUT, temperature, , /temperature, ",
        "LEAVE_OUT, stream_options, , /stream_options, ",
        "LEAVE_OUT, prompt_cache_key, , /prompt_cache_key, ",
        "LEAVE_OUT, stop, , /stop, ",
        "LOWER_CAP, max_completion_tokens, 4096, /max_completion_tokens, 4096",
        "OTHER_CAP_FIELD, max_completion_tokens, , /max_tokens, 128000",
        "OTHER_CAP_FIELD, max_completion_tokens, , /max_completion_tokens, ",
        "FORM_IN_WORDS, response_format, , /response_format, ",
        "NOT_STRICT, strict, , /tools/0/function/strict, ",
        "NO_FORCED_CALL, tool_choice, , /tool_choice, auto",
        "EFFORT_NONE, reasoning_effort, , /reasoning_effort, none",
    })
    void aLessonChangesTheRequest(Lesson.Kind kind, String field, Integer limit, String path, String value)
            throws IOException {
        JsonNode before =
                JSON.readTree(translation("openai", "something-new", List.of()).body());
        JsonNode after = JSON.readTree(translation("openai", "something-new", List.of(new Lesson(kind, field, limit)))
                .body());
        assertThat(after.at(path).asText("")).isEqualTo(value == null ? "" : value);
        assertThat(after).isNotEqualTo(before);
    }

    @Test
    void theRoleIsSystemAfterItsLesson() throws IOException {
        Lesson lesson = Lesson.of(Lesson.Kind.SYSTEM_ROLE, "developer");
        JsonNode body =
                JSON.readTree(translation("openai", "gpt-5", List.of(lesson)).body());
        assertThat(body.at("/messages/0/role").asText()).isEqualTo("system");
    }

    @Test
    void stopSequencesThatAreRefusedAreOursToFind() {
        Lesson lesson = Lesson.of(Lesson.Kind.LEAVE_OUT, "stop");
        Translation trip = translation("openai", "something-new", List.of(lesson));
        StringBuilder types = new StringBuilder();
        StreamTranslation answer =
                trip.stream(event -> types.append(event.type()).append(' '));
        answer.data("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"one END two\"}}]}");
        assertThat(answer.ended()).isTrue();
        assertThat(types.toString()).endsWith("message_delta message_stop ");
    }

    private static Translation translation(String provider, String model, List<Lesson> lessons) {
        ClaudeOpenAiTranslator translator = ClaudeOpenAiTranslator.builder()
                .profile(Providers.builtIn().named(provider).orElseThrow())
                .models(ModelMapper.tiers(model, model, model))
                .build();
        ClaudeRequest request = translator.parse(bytes(REQUEST));
        return translator.translate(request, Map.of(), lessons);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
