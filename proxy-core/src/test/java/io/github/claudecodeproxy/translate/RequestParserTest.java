package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a request is said with the path of the field. */
class RequestParserTest {

    private final ClaudeOpenAiTranslator translator =
            ClaudeOpenAiTranslator.builder().build();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                                          | model: Field required
            {"messages":[]}                                                             | model: Field required
            {"model":"m"}                                                               | messages: Field required
            {"model":"m","max_tokens":5,"messages":[]}                                  | messages: at least one message is required
            {"model":"m","messages":[{"role":"user","content":"Hi"}]}                   | max_tokens: Field required
            {"model":"m","max_tokens":-1,"messages":[{"role":"user","content":"Hi"}]}   | max_tokens: Input should be greater than or equal to 0
            {"model":"m","max_tokens":"10","messages":[]}                               | max_tokens: Input should be a valid integer
            {"model":"m","max_tokens":1.5,"messages":[]}                                | max_tokens: Input should be a valid integer
            {"model":"m","max_tokens":1e10,"messages":[]}                               | max_tokens: Input should be a valid integer
            {"model":"m","max_tokens":99999999999,"messages":[]}                        | max_tokens: Input should be a valid integer
            {"model":7,"max_tokens":1,"messages":[]}                                    | model: Input should be a valid string
            {"model":"m","max_tokens":1,"messages":"Hi"}                                | messages: Input should be a valid list
            {"model":"m","max_tokens":1,"messages":[{"content":"Hi"}]}                  | messages.0.role: Field required
            {"model":"m","max_tokens":1,"messages":[{"role":"user"}]}                   | messages.0.content: Field required
            {"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"text"}]}]}                                       | messages.0.content.0.text: Field required
            {"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"text":"Hi"}]}]}                                         | messages.0.content.0.type: Field required
            {"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"text","text":5}]}]}                              | messages.0.content.0.text: Input should be a valid string
            {"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"tool_result"}]}]}                                | messages.0.content.0.tool_use_id: Field required
            {"model":"m","max_tokens":1,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"b"}]}]}          | messages.0.content.0.input: Field required
            {"model":"m","max_tokens":1,"messages":[null]}                              | messages.0: Field required
            {"model":"m","max_tokens":1,"messages":[],"stop_sequences":["a",null]}      | stop_sequences.1: Field required
            {"model":"m","max_tokens":1,"stream":"yes","messages":[]}                   | stream: Input should be a valid boolean
            {"model":"m","max_tokens":1,"temperature":"hot","messages":[]}              | temperature: Input should be a valid number
            {"model":"m","max_tokens":1,"tools":{},"messages":[]}                       | tools: Input should be a valid list
            {"model":"m","max_tokens":1,"tool_choice":"auto","messages":[]}             | tool_choice: Input should be a valid object
            """)
    void wrongFieldsAreNamed(String json, String message) {
        assertThat(problem(json).message()).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``",
                "null",
                "[]",
                "\"x\"",
                "{",
                "{\"model\":\"m\",}",
                "{\"model\":\"m\",\"messages\":[]} {}",
                "{\"a\":NaN}"
            })
    void whatIsNoJsonObjectIsRefused(String json) {
        ClaudeError error = problem(json);
        assertThat(error.type()).isEqualTo(ClaudeError.Type.INVALID_REQUEST);
        assertThat(error.message()).startsWith("The request body").doesNotContain("com.fasterxml", "Exception");
    }

    @Test
    void bombsAreRefused() {
        assertThat(problem("[".repeat(100_000)).message()).startsWith("The request body");
        String nested =
                "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[],\"x\":" + "[".repeat(300) + "]".repeat(300) + "}";
        assertThat(problem(nested).message()).startsWith("The request body is not valid JSON");
        String number = "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[],\"x\":" + "9".repeat(2000) + "}";
        assertThat(problem(number).message()).startsWith("The request body is not valid JSON");
    }

    @Test
    void utf16IsRefusedAndALoneSurrogatePasses() {
        String request =
                "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"a\\ud83d!\"}]}";
        Translation trip = translator.translate(translator.parse(request.getBytes(StandardCharsets.UTF_8)));
        assertThat(new String(trip.body(), StandardCharsets.UTF_8)).contains("a\\uD83D!");
    }

    private ClaudeError problem(String json) {
        return catchThrowableOfType(
                        ClaudeException.class,
                        () -> translator.translate(translator.parse(json.getBytes(StandardCharsets.UTF_8))))
                .error();
    }
}
