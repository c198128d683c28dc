package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.claudecodeproxy.provider.ModelMapper;
import io.github.claudecodeproxy.provider.Providers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
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
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            openai     | gpt-4o-future   | 400 | {"error": {"message": "Unsupported parameter: 'temperature' is not supported with this model.", "type": "invalid_request_error", "param": "temperature", "code": "unsupported_parameter"}} | temperature | {"provider":{"parameters":{"refused":["temperature"]}}}
            openai     | gpt-4o-future   | 400 | {"error": {"message": "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value is supported.", "type": "invalid_request_error", "param": "temperature", "code": "unsupported_value"}} | temperature | {"provider":{"parameters":{"refused":["temperature"]}}}
            generic    | kimi-next       | 400 | {"error": {"message": "invalid temperature: only 1 is allowed for this model", "type": "invalid_request_error", "param": null, "code": null}} | temperature | {"provider":{"parameters":{"refused":["temperature"]}}}
            openrouter | anthropic/x     | 400 | {"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\\"type\\":\\"error\\",\\"error\\":{\\"type\\":\\"invalid_request_error\\",\\"message\\":\\"`temperature` is deprecated for this model.\\"}}"}}} | temperature | {"provider":{"parameters":{"refused":["temperature"]}}}
            generic    | x               | 400 | {"error": {"message": "`temperature` and `top_p` cannot both be specified for this model. Please use only one.", "type": "invalid_request_error", "param": null, "code": null}} | top_p | {"provider":{"parameters":{"refused":["top_p"]}}}
            openai     | something-new   | 400 | {"error": {"message": "Unsupported parameter: 'max_completion_tokens' is not supported with this model. Use 'max_tokens' instead.", "type": "invalid_request_error", "param": "max_completion_tokens", "code": "unsupported_parameter"}} | max_completion_tokens | {"provider":{"parameters":{"max_tokens_field":"max_tokens"}}}
            generic    | something-new   | 400 | {"error": {"message": "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "type": "invalid_request_error", "param": "max_tokens", "code": "unsupported_parameter"}} | max_tokens | {"provider":{"parameters":{"max_tokens_field":"max_completion_tokens"}}}
            cerebras   | something-new   | 422 | {"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","max_completion_tokens"],"msg":"Extra inputs are not permitted","input":32000}]},"type":"invalid_request_error","param":null,"code":null} | max_completion_tokens | {"provider":{"parameters":{"max_tokens_field":"max_tokens"}}}
            openai     | something-new   | 400 | {"error": {"message": "max_tokens is too large: 128000. This model supports at most 16384 completion tokens, whereas you provided 128000.", "type": "invalid_request_error", "param": "max_tokens", "code": "invalid_value"}} | max_completion_tokens | {"model":{"max_output_tokens":16384}}
            generic    | mimo            | 400 | {"error":{"message":"Param Incorrect","type":"upstream_error","param":"max_tokens is too large: 128000. This model supports at most 131071 completion tokens, whereas you provided 128000.","code":"400"}} | max_tokens | {"model":{"max_output_tokens":131071}}
            deepseek   | deepseek-new    | 400 | {"error": {"message": "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]", "type": "invalid_request_error", "param": null, "code": "invalid_request_error"}} | max_tokens | {"model":{"max_output_tokens":8192}}
            dashscope  | qwen-new        | 400 | {"error": {"message": "<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be [1, 8192]", "type": "invalid_request_error", "param": null, "code": "invalid_parameter_error"}} | max_tokens | {"model":{"max_output_tokens":8192}}
            groq       | llama-9         | 400 | {"error": {"message": "`max_tokens` must be less than or equal to `32768`, the maximum value for `max_tokens` is less than the `context_window` for this model", "type": "invalid_request_error", "param": "max_tokens", "code": null}} | max_tokens | {"model":{"max_output_tokens":32768}}
            groq       | llama-9         | 400 | {"error": {"message": "max_tokens for `llama-3.1-8b-instant` must be less than or equal to 8000", "type": "invalid_request_error", "param": null, "code": null}} | max_tokens | {"model":{"max_output_tokens":8000}}
            generic    | doubao          | 400 | {"error":{"code":"InvalidParameter","message":"The parameter max_tokens specified in the request is not valid: integer above maximum value, expected a value <= 32768, but got 128000 instead. Request id: 0217724325966514087c9e","param":"max_tokens","type":"BadRequest"}} | max_tokens | {"model":{"max_output_tokens":32768}}
            gemini     | gemini-9        | 400 | [{"error":{"code":400,"message":"Unable to submit request because it has a maxOutputTokens value of 128000 but the supported range is from 1 (inclusive) to 65537 (exclusive). Update the value and try again.","status":"INVALID_ARGUMENT"}}] | max_tokens | {"model":{"max_output_tokens":65536}}
            openrouter | anthropic/x     | 400 | {"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\\"type\\":\\"error\\",\\"error\\":{\\"type\\":\\"invalid_request_error\\",\\"message\\":\\"max_tokens: 128000 > 64,000, which is the maximum allowed number of output tokens for this model\\"}}"}}} | max_tokens | {"model":{"max_output_tokens":64000}}
            generic    | x               | 422 | {"detail":[{"type":"less_than_equal","loc":["body","max_tokens"],"msg":"Input should be less than or equal to 4096","input":128000,"ctx":{"le":4096}}]} | max_tokens | {"model":{"max_output_tokens":4096}}
            azure      | my-deployment   | 400 | {"error":{"code":"BadRequest","message":"Unrecognized request argument supplied: stream_options","type":"invalid_request_error","param":null}} | stream_options | {"provider":{"parameters":{"refused":["stream_options"]}}}
            azure      | my-deployment   | 400 | {"error": {"message": "Unknown parameter: 'parallel_tool_calls'.", "type": "invalid_request_error", "param": "parallel_tool_calls", "code": "unknown_parameter"}} | parallel_tool_calls | {"provider":{"parameters":{"refused":["parallel_tool_calls"]}}}
            azure      | my-deployment   | 400 | {"error":{"code":"unrecognized_request_argument","message":"No.","param":"stream_options"}} | stream_options | {"provider":{"parameters":{"refused":["stream_options"]}}}
            mistral    | mistral-new     | 422 | {"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","parallel_tool_calls"],"msg":"Extra inputs are not permitted","input":false}]},"type":"invalid_request_error"} | parallel_tool_calls | {"provider":{"parameters":{"refused":["parallel_tool_calls"]}}}
            mistral    | mistral-new     | 422 | {"object":"Error","detail":[{"type":"extra_forbidden","loc":["body","parallel_tool_calls"],"msg":"Extra inputs are not permitted"}],"message":[{"type":"extra_forbidden","loc":["body","parallel_tool_calls"],"msg":"Extra inputs are not permitted"}],"type":"invalid_request_error","code":3001} | parallel_tool_calls | {"provider":{"parameters":{"refused":["parallel_tool_calls"]}}}
            mistral    | mistral-new     | 422 | {"object":"error","message":"{\\"detail\\":[{\\"type\\":\\"extra_forbidden\\",\\"loc\\":[\\"body\\",\\"parallel_tool_calls\\"],\\"msg\\":\\"Extra inputs are not permitted\\"}]}","type":"internal_error_proxy","param":null,"code":"1000"} | parallel_tool_calls | {"provider":{"parameters":{"refused":["parallel_tool_calls"]}}}
            vllm       | local           | 400 | {"object":"error","message":"[{'type': 'extra_forbidden', 'loc': ('body', 'top_k'), 'msg': 'Extra inputs are not permitted', 'input': 40}]","type":"BadRequestError","param":null,"code":400} | top_k | {"provider":{"parameters":{"refused":["top_k"]}}}
            vllm       | local           | 400 | {"detail":[{"type":"extra_forbidden","loc":["body","chat_template_kwargs"],"msg":"Extra inputs are not permitted"}]} | chat_template_kwargs | {"provider":{"parameters":{"refused":["chat_template_kwargs"]}}}
            groq       | llama-9         | 400 | {"error": {"message": "property 'parallel_tool_calls' is unsupported", "type": "invalid_request_error", "param": null, "code": null}} | parallel_tool_calls | {"provider":{"parameters":{"refused":["parallel_tool_calls"]}}}
            cerebras   | llama-9         | 400 | {"message":"parallel_tool_calls=False is not supported by this model.","type":"invalid_request_error","param":"parallel_tool_calls","code":"wrong_api_format"} | parallel_tool_calls | {"provider":{"parameters":{"refused":["parallel_tool_calls"]}}}
            gemini     | gemini-9        | 400 | [{"error":{"code":400,"message":"Invalid JSON payload received. Unknown name \\"stream_options\\": Cannot find field.","status":"INVALID_ARGUMENT"}}] | stream_options | {"provider":{"parameters":{"refused":["stream_options"]}}}
            generic    | gemini-9        | 400 | [{"error":{"code":400,"message":"Invalid JSON payload received. Unknown name \\"patternProperties\\" at 'tools[0].function_declarations[5].parameters.properties[8].value': Cannot find field.","status":"INVALID_ARGUMENT"}}] | schema.patternProperties | {"provider":{"tools":{"schema_keywords_refused":["patternProperties"]}}}
            generic    | gemini-9        | 400 | [{"error":{"code":400,"message":"Parallel tool calls are not supported.","status":"INVALID_ARGUMENT"}}] | parallel_tool_calls | {"provider":{"parameters":{"refused":["parallel_tool_calls"]}}}
            xai        | grok-9          | 400 | {"code":"Client specified an invalid argument","error":"Argument not supported on this model: stop"} | stop | {"provider":{"parameters":{"max_stop_sequences":0}}}
            openrouter | x-ai/grok-9     | 400 | {"code":"Client specified an invalid argument","error":"Model grok-9 does not support parameter topK."} | top_k | {"provider":{"parameters":{"refused":["top_k"]}}}
            generic    | x               | 400 | {"message":"litellm.UnsupportedParamsError: together_ai does not support parameters: ['response_format'], for model=x"} | response_format | {"provider":{"parameters":{"structured_output":"words"}}}
            openai     | gpt-5.6-new     | 400 | {"error": {"message": "Function tools with reasoning_effort are not supported for gpt-9 in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.", "type": "invalid_request_error", "param": "reasoning_effort", "code": null}} | reasoning_effort | {"model":{"effort_with_tools":"none"}}
            openai     | gpt-5.4-new     | 400 | {"error": {"message": "Function tools with reasoning_effort are not supported for gpt-5.4 in /v1/chat/completions. Please use /v1/responses instead.", "type": "invalid_request_error", "param": "reasoning_effort", "code": null}} | reasoning_effort | {"model":{"effort_with_tools":"absent"}}
            openai     | gpt-5           | 400 | {"error": {"message": "Unsupported value: 'reasoning_effort' does not support 'high' with this model. Supported values are: 'medium', and 'low'.", "type": "invalid_request_error", "param": "reasoning_effort", "code": "unsupported_value"}} | reasoning_effort | {"model":{"efforts":["low","medium"]}}
            openai     | gpt-5           | 400 | {"error": {"message": "Unsupported value: 'reasoning_effort' does not support 'high' with this model.", "type": "invalid_request_error", "param": "reasoning_effort", "code": "unsupported_value"}} | reasoning_effort | {"provider":{"parameters":{"refused":["reasoning_effort"]}}}
            groq       | openai/gpt-oss-9b | 400 | {"error": {"message": "`reasoning_effort` must be one of `none` or `default`", "type": "invalid_request_error", "param": null, "code": null}} | reasoning_effort | {"model":{"efforts":["none"]}}
            groq       | openai/gpt-oss-9b | 400 | {"error": {"message": "reasoning_effort='high' is not supported for this model. Must be one of (<ReasoningEffort.none: 'none'>, <ReasoningEffort.low: 'low'>)", "type": "invalid_request_error", "param": null, "code": null}} | reasoning_effort | {"model":{"efforts":["none","low"]}}
            ollama     | gpt-oss:1b      | 400 | {"error":{"message":"think value \\"high\\" is not supported for this model","type":"api_error","param":null,"code":null}} | reasoning_effort | {"provider":{"parameters":{"refused":["reasoning_effort"]}}}
            ollama     | gpt-oss:1b      | 400 | {"error":{"message":"\\"gpt-oss:1b\\" does not support thinking","type":"api_error","param":null,"code":null}} | reasoning_effort | {"provider":{"parameters":{"refused":["reasoning_effort"]}}}
            deepseek   | deepseek-new    | 400 | {"error": {"message": "Unknown parameter: 'thinking'.", "type": "invalid_request_error", "param": null, "code": null}} | thinking | {"provider":{"parameters":{"refused":["thinking"]}}}
            openai     | gpt-5           | 400 | {"error": {"message": "Unsupported value: 'messages[0].role' does not support 'developer' with this model.", "type": "invalid_request_error", "param": "messages.[0].role", "code": "unsupported_value"}} | developer | {"provider":{"conversation":{"system_role":"system"}}}
            openai     | gpt-5           | 400 | {"error": {"message": "Failed to deserialize the JSON body into the target type: messages[0].role: unknown variant `developer`, expected one of `system`, `user`, `assistant`, `tool` at line 1 column 60", "type": "invalid_request_error", "param": null, "code": null}} | developer | {"provider":{"conversation":{"system_role":"system"}}}
            openai     | gpt-5           | 400 | {"error": {"message": "developer is not one of ['system', 'assistant', 'user', 'tool', 'function'] - 'messages.[0].role'", "type": "invalid_request_error", "param": null, "code": null}} | developer | {"provider":{"conversation":{"system_role":"system"}}}
            openai     | something-new   | 400 | {"error": {"message": "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.", "type": "invalid_request_error", "param": null, "code": null}} | response_format | {"provider":{"parameters":{"structured_output":"words"}}}
            openai     | something-new   | 400 | {"error": {"message": "This response_format type is unavailable now", "type": "invalid_request_error", "param": null, "code": "invalid_request_error"}} | response_format | {"provider":{"parameters":{"structured_output":"words"}}}
            openai     | something-new   | 400 | {"error": {"message": "Invalid schema for function 'Read': In context=(), 'additionalProperties' is required to be supplied and to be false.", "type": "invalid_request_error", "param": "tools[0].function.parameters", "code": "invalid_function_parameters"}} | strict | {"provider":{"parameters":{"strict_schemas":false}}}
            openai     | something-new   | 400 | {"error": {"message": "Unknown parameter: 'tools[0].function.strict'.", "type": "invalid_request_error", "param": "tools[0].function.strict", "code": "unknown_parameter"}} | strict | {"provider":{"parameters":{"strict_schemas":false}}}
            generic    | something-new   | 400 | {"error": {"message": "tool_choice 'required' is not supported in thinking mode", "type": "invalid_request_error", "param": null, "code": null}} | tool_choice | {"provider":{"tools":{"choice":["auto","none"]}}}
            generic    | qwen            | 400 | {"error": {"message": "<400> InternalError.Algo.InvalidParameter: The tool_choice parameter does not support being set to required or object in thinking mode", "type": "invalid_request_error", "param": null, "code": "invalid_parameter_error"}} | tool_choice | {"provider":{"tools":{"choice_while_reasoning":["auto","none"]}}}
            generic    | kimi            | 400 | {"error": {"message": "tool_choice 'required' is incompatible with thinking enabled", "type": "invalid_request_error", "param": null, "code": null}} | tool_choice | {"provider":{"tools":{"choice_while_reasoning":["auto","none"]}}}
            generic    | local           | 400 | {"error":"Invalid tool_choice type: 'object'. Supported string values: none, auto, required"} | tool_choice | {"provider":{"tools":{"choice":["auto","none","required"]}}}
            openai     | something-new   | 400 | {"error": {"message": "Unrecognized request argument supplied: safety_identifier", "type": "invalid_request_error", "param": null, "code": null}} | safety_identifier | {"provider":{"parameters":{"refused":["safety_identifier"]}}}
            openai     | something-new   | 400 | {"error": {"message": "Unknown parameter: 'prompt_cache_key'.", "type": "invalid_request_error", "param": "prompt_cache_key", "code": "unknown_parameter"}} | prompt_cache_key | {"provider":{"parameters":{"refused":["prompt_cache_key"]}}}
            openai     | something-new   | 400 | {"error": {"message": "Invalid 'messages[1].tool_calls[0].id': string too long. Expected a string with maximum length 24, but got a string with length 30 instead.", "type": "invalid_request_error", "param": "messages[1].tool_calls[0].id", "code": "string_above_max_length"}} | messages.tool_calls.id | {"provider":{"tools":{"max_id":24}}}
            vllm       | local           | 400 | {"error": {"message": "Tool call id was call_123456 but must be a-z, A-Z, 0-9, with a length of 9.", "type": "invalid_request_error", "param": null, "code": null}} | messages.tool_calls.id | {"provider":{"tools":{"exact_id":9}}}
            azure      | my-deployment   | 400 | {"error": {"message": "Hosted tool 'web_search' is not supported with gpt-5-2025-08-07.", "type": "invalid_request_error", "param": "tools", "code": null}} | web_search | {"provider":{"responses":{"web_search":false}}}
            azure      | my-deployment   | 400 | {"error": {"message": "Invalid value: 'web_search'. Supported values are: 'function' and 'custom'.", "type": "invalid_request_error", "param": "tools[0].type", "code": "invalid_value"}} | web_search | {"provider":{"responses":{"web_search":false}}}
            openai     | something-new   | 400 | {"detail": "Unsupported tool type 'web_search'"} | web_search | {"provider":{"responses":{"web_search":false}}}
            openai     | something-new   | 400 | {"error": {"message": "Unknown parameter: 'tools.web_search.filters.blocked_domains'.", "type": "invalid_request_error", "param": "tools", "code": "unknown_parameter"}} | blocked_domains | {"provider":{"responses":{"search":{"blocked":null}}}}
            openai     | something-new   | 400 | {"error": {"message": "Invalid value: 'web_search_call.action.sources'. Supported values are: 'reasoning.encrypted_content'.", "type": "invalid_request_error", "param": "include[0]", "code": "invalid_value"}} | search_sources | {"provider":{"responses":{"search":{"sources":false}}}}
            openai     | something-new   | 400 | {"error": {"message": "Unknown parameter: 'input[52].phase'.", "type": "invalid_request_error", "param": "input[52].phase", "code": "unknown_parameter"}} | messages.phase | {"provider":{"responses":{"phases":false}}}
            openai     | something-new   | 400 | {"error": {"message": "Unknown parameter: 'input[3].output[0].prompt_cache_breakpoint'.", "type": "invalid_request_error", "param": "input[3].output[0].prompt_cache_breakpoint", "code": "unknown_parameter"}} | prompt_cache_breakpoint | {"provider":{"parameters":{"cache_control":"drop"}}}
            vllm       | local           | 400 | {"error": {"message": "System message must be at the beginning.", "type": "invalid_request_error", "param": null, "code": null}} | messages.system | {"provider":{"conversation":{"system_anywhere":false}}}
            """)
    void aRefusedParameterIsALesson(
            String provider, String model, int status, String body, String field, String change) {
        assertThat(translation(provider, model, List.of()).lessons(status, bytes(body)))
                .extracting(Lesson::field, Lesson::change)
                .containsExactly(tuple(field, change));
    }

    @Test
    void oneRefusalMayTeachSeveralLessons() {
        String pydantic = "{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"top_k\"]},"
                + "{\"type\":\"missing\",\"loc\":[\"body\",\"temperature\"]},"
                + "{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"messages\",3,\"user\",\"name\"]},"
                + "{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"parallel_tool_calls\"]}]}";
        assertThat(translation("vllm", "local", List.of()).lessons(422, bytes(pydantic)))
                .extracting(Lesson::field)
                .containsExactly("top_k", "parallel_tool_calls");
        String openai =
                "{\"error\":{\"message\":\"Unrecognized request arguments supplied: stream_options, seed, stop\"}}";
        assertThat(translation("openai", "new", List.of()).lessons(400, bytes(openai)))
                .extracting(Lesson::field)
                .containsExactly("stream_options", "stop");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'messages.1' : for 'role:assistant' the following must be satisfied[('messages.1' : property 'reasoning_content' is unsupported)]",
                "messages.2.assistant.reasoning_content: property 'messages.2.assistant.reasoning_content' is unsupported",
                "messages.1.reasoning_content: Extra inputs are not permitted"
            })
    void reasoningThatIsRefusedIsNotSentBack(String words) throws IOException {
        Translation first = reasoned("deepseek");
        assertThat(new String(first.body(), StandardCharsets.UTF_8)).contains("reasoning_content");
        String body = JSON.createObjectNode().put("message", words).toString();
        Translation second = first.taught(first.lessons(400, bytes(body)));
        assertThat(new String(second.body(), StandardCharsets.UTF_8)).doesNotContain("reasoning_content");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "thinking is enabled but reasoning_content is missing in assistant tool call message at index 2",
                "The `reasoning_content` in the thinking mode must be passed back to the API."
            })
    void reasoningThatIsMissedIsSentBack(String words) throws IOException {
        Translation first = reasoned("generic");
        String body = JSON.createObjectNode().put("message", words).toString();
        Translation second = first.taught(first.lessons(400, bytes(body)));
        assertThat(JSON.readTree(second.body())
                        .at("/messages/1/reasoning_content")
                        .asText())
                .isEqualTo("Hm.");
    }

    private static Translation reasoned(String provider) {
        String request = """
                {"model": "claude-opus-4-5", "max_tokens": 100, "thinking": {"type": "adaptive"}, "messages": [
                  {"role": "user", "content": "Hi"},
                  {"role": "assistant", "content": [{"type": "thinking", "thinking": "Hm.", "signature": "s"},
                    {"type": "tool_use", "id": "toolu_1", "name": "Read", "input": {}}]},
                  {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "x"}]}]}""";
        ClaudeOpenAiTranslator translator = translator(provider, "new");
        return translator.translate(translator.parse(bytes(request)));
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
                "{\"error\":{\"message\":\"The temperature in Paris is unknown to the weather tool\",\"param\":null,\"code\":\"content_filter\"}}",
                "{\"error\":{\"message\":\"Unknown name \\\"type\\\" at 'tools[0].function_declarations[0].parameters': Cannot find field.\"}}",
                "{\"error\":{\"message\":\"Range of max_tokens should be [1, 100]\",\"code\":\"context_length_exceeded\"}}",
                "{\"error\":{\"message\":\"Unknown parameter: 'temperature'.\",\"code\":\"content_filter\"}}",
                // nothing that we sent
                "{\"error\":{\"message\":\"Unknown parameter: 'seed'.\",\"param\":\"seed\",\"code\":\"unknown_parameter\"}}",
                "{\"error\":{\"message\":\"max_tokens is too large\",\"param\":\"max_completion_tokens\",\"code\":\"invalid_value\"}}",
                "<html>Bad Request</html>",
                ""
            })
    void anythingElseTeachesNothing(String body) {
        assertThat(translation("openai", "something-new", List.of()).lessons(400, bytes(body)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 404, 429, 500, 503})
    void otherStatusesTeachNothing(int status) {
        String body = "{\"error\":{\"message\":\"Unsupported parameter: 'temperature'\",\"param\":\"temperature\"}}";
        assertThat(translation("openai", "something-new", List.of()).lessons(status, bytes(body)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', nullValues = "-", textBlock = """
            Unknown parameter: 'temperature'.                                              | /temperature                | -
            Unknown parameter: 'stream_options'.                                           | /stream_options             | -
            Unknown parameter: 'prompt_cache_key'.                                         | /prompt_cache_key           | -
            Unknown parameter: 'service_tier'.                                             | /service_tier               | -
            Unknown parameter: 'tool_choice'.                                              | /tool_choice                | -
            Unknown parameter: 'stop'.                                                     | /stop                       | -
            Unknown parameter: 'max_completion_tokens'.                                    | /max_completion_tokens      | -
            Unknown parameter: 'max_completion_tokens'.                                    | /max_tokens                 | 128000
            max_tokens is too large: 128000. This model supports at most 4096 completion tokens | /max_completion_tokens | 4096
            Unknown parameter: 'response_format'.                                          | /response_format            | -
            Unknown parameter: 'tools[0].function.strict'.                                 | /tools/0/function/strict    | -
            This model does not support this tool_choice                                   | /tool_choice                | auto
            Function tools with reasoning_effort are not supported for x. To use them, set reasoning_effort to 'none'. | /reasoning_effort | none
            """)
    void aLessonChangesTheRequest(String words, String path, String value) throws IOException {
        Translation first = translation("openai", "something-new", List.of());
        Translation second = first.taught(first.lessons(400, bytes(error(words))));
        assertThat(second.sendsSameAs(first)).isFalse();
        assertThat(JSON.readTree(second.body()).at(path).asText("")).isEqualTo(value == null ? "" : value);
    }

    @Test
    void theRoleIsSystemAfterItsLesson() throws IOException {
        Translation first = translation("openai", "gpt-5", List.of());
        Translation second = first.taught(first.lessons(400, bytes(error("unknown variant `developer`"))));
        assertThat(JSON.readTree(first.body()).at("/messages/0/role").asText()).isEqualTo("developer");
        assertThat(JSON.readTree(second.body()).at("/messages/0/role").asText()).isEqualTo("system");
    }

    @Test
    void aLimitThatIsNotLowerChangesNothing() {
        Translation first = translation("openai", "something-new", List.of());
        String words = "max_tokens is too large: 128000. This model supports at most 200000 completion tokens";
        assertThat(first.taught(first.lessons(400, bytes(error(words)))).sendsSameAs(first))
                .isTrue();
    }

    @Test
    void lessonsAddUp() throws IOException {
        Translation first = translation("openai", "something-new", List.of());
        List<Lesson> lessons = new ArrayList<>(first.lessons(400, bytes(error("Unknown parameter: 'temperature'."))));
        Translation second = first.taught(lessons);
        lessons.addAll(second.lessons(400, bytes(error("Unknown parameter: 'top_p'."))));
        JsonNode body =
                JSON.readTree(translation("openai", "something-new", lessons).body());
        assertThat(body.has("temperature") || body.has("top_p")).isFalse();
    }

    @Test
    void listenersAreToldOfALossOnce() {
        List<String> told = new ArrayList<>();
        ClaudeOpenAiTranslator translator = ClaudeOpenAiTranslator.builder()
                .diagnostics((model, lost) -> told.add(lost.field()))
                .build();
        Translation first = translator.translate(translator.parse(bytes(REQUEST)));
        List<String> before = List.copyOf(told);
        first.taught(first.lessons(400, bytes(error("Unknown parameter: 'temperature'."))));
        assertThat(before).contains("top_k").doesNotContain("temperature");
        assertThat(told).hasSize(before.size() + 1).contains("temperature");
    }

    @Test
    void everyWordingNamesItsSourceAndItsDate() throws IOException {
        try (InputStream in = LessonReader.class.getResourceAsStream("refusals.json")) {
            for (JsonNode wording : JSON.readTree(in).path("wordings")) {
                assertThat(wording.path("from").asText()).as(wording.toString()).isNotBlank();
                assertThat(wording.path("source").asText())
                        .as(wording.toString())
                        .isNotBlank();
                assertThat(wording.path("date").asText()).as(wording.toString()).matches("\\d{4}-\\d\\d-\\d\\d");
            }
        }
    }

    @Test
    void noMessageTakesLongToRead() {
        String words = "max_tokens ".repeat(2000);
        assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThat(translation("openai", "new", List.of()).lessons(400, bytes(error(words))))
                        .isEmpty());
    }

    @Test
    void stopSequencesThatAreRefusedAreOursToFind() {
        Translation first = translation("openai", "something-new", List.of());
        Translation trip = first.taught(first.lessons(400, bytes(error("Unsupported parameter: 'stop'"))));
        StringBuilder types = new StringBuilder();
        StreamTranslation answer =
                trip.stream(event -> types.append(event.type()).append(' '));
        answer.data("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"one END two\"}}]}");
        assertThat(answer.ended()).isTrue();
        assertThat(types.toString()).endsWith("message_delta message_stop ");
    }

    private static Translation translation(String provider, String model, List<Lesson> lessons) {
        ClaudeOpenAiTranslator translator = translator(provider, model);
        return translator.translate(translator.parse(bytes(REQUEST)), Map.of(), lessons);
    }

    private static ClaudeOpenAiTranslator translator(String provider, String model) {
        return ClaudeOpenAiTranslator.builder()
                .profile(Providers.builtIn().named(provider).orElseThrow())
                .models(ModelMapper.tiers(model, model, model))
                .build();
    }

    private static String error(String message) {
        return JSON.createObjectNode()
                .set("error", JSON.createObjectNode().put("message", message))
                .toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
