package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentMaskTest {

    private static String mask(String text) {
        return new ContentMask().body(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0000', textBlock = """
            {"model":"gpt-4o","content":"My secret 42!"}                     | {"model":"gpt-4o","content":"xx xxxxxx 11!"}
            {"a":{"type":"text","text":"a\\nb\\u00e9\\"c"},"n":-1.5e3,"t":true} | {"a":{"type":"text","text":"x\\nx\\u0078\\"x"},"n":-1.5e3,"t":true}
            {"required":["file_path","b"],"enum":["left","right"]}           | {"required":["file_path","b"],"enum":["xxxx","xxxxx"]}
            {"error":{"message":"Rate limit reached","code":"429"}}          | {"error":{"message":"Rate limit reached","code":"429"}}
            {"error":"is a text"}                                            | {"error":"is a text"}
            {"message":"Rate limit reached"}                                 | {"message":"xxxx xxxxx xxxxxxx"}
            {"arguments":"{\\"path\\":\\"/etc\\",\\"n\\":12,\\"x\\":null}"}  | {"arguments":"{\\"path\\":\\"/xxx\\",\\"n\\":12,\\"x\\":null}"}
            {"arguments":"{\\"a\\":\\"b\\\\u00e9\\\\n\\"}"}                  | {"arguments":"{\\"a\\":\\"x\\\\u1111\\\\n\\"}"}
            {"cut":"in the mid                                               | {"cut":"xx xxx xxx
            no JSON at all: 12                                               | xx xxxx xx xxx: 11
            data: {"content":"hello"}                                        | data: {"content":"xxxxx"}
            data: [DONE]                                                     | data: [DONE]
            data: hello                                                      | data: xxxxx
            event: error                                                     | event: error
            : a comment                                                      | : a comment
            """)
    void hidesWhatPeopleAndModelsHaveWritten(String text, String masked) {
        assertThat(mask(text)).isEqualTo(masked);
    }

    @Test
    void argumentsComeInPiecesAndEachCallBeginsAnew() {
        String stream = """
                data: {"tool_calls":[{"index":0,"function":{"name":"Read","arguments":"{\\"pa"}}]}

                data: {"tool_calls":[{"index":0,"function":{"arguments":"th\\":\\"/secret"}}]}

                data: {"tool_calls":[{"index":1,"function":{"name":"Bash","arguments":"{\\"command\\":\\"ls\\"}"}}]}
                """;
        assertThat(mask(stream)).isEqualTo("""
                data: {"tool_calls":[{"index":0,"function":{"name":"Read","arguments":"{\\"pa"}}]}

                data: {"tool_calls":[{"index":0,"function":{"arguments":"th\\":\\"/xxxxxx"}}]}

                data: {"tool_calls":[{"index":1,"function":{"name":"Bash","arguments":"{\\"command\\":\\"xx\\"}"}}]}
                """);
    }

    @Test
    void lineEndsAndLengthsStay() {
        String stream = "data: {\"content\":\"a\"}\r\n\r\ndata: {\"content\":\"\u00c3\u00a9\"}\r\rdata: [DONE]\n\n";
        String masked = mask(stream);
        assertThat(masked).hasSameSizeAs(stream);
        assertThat(masked.replaceAll("[^\r\n]", "")).isEqualTo(stream.replaceAll("[^\r\n]", ""));
        assertThat(masked).doesNotContain("\u00c3");
    }
}
