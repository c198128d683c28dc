package io.github.claudecodeproxy.undertow;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the library notices of a request, so that its silence means something. */
class OpenAiSdkTest {

    private static final String GOOD = """
            {'model':'m','messages':[{'role':'user','content':[{'type':'image_url','image_url':{'url':'x'}}]},
            {'role':'assistant','tool_calls':[{'id':'a','type':'function',
            'function':{'name':'Read','arguments':'{}'}}]},{'role':'tool','tool_call_id':'a','content':'b'}],
            'reasoning_effort':'low','stream':true,'tool_choice':'auto',
            'tools':[{'type':'function','function':{'name':'Read'}}]}""";

    @Test
    void readsWhatIsRight() {
        OpenAiSdk.reads(json(GOOD), "openai");
        OpenAiSdk.reads(json(GOOD.replace("'auto'", "'any'")), "mistral");
        OpenAiSdk.reads(json(GOOD.replace("'stream'", "'top_k':1,'stream'")), "vllm");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = ';',
            value = {
                "'role':'tool'; 'role':'result'",
                "'tool_call_id':'a',; ",
                "'type':'image_url'; 'type':'image'",
                "{'url':'x'}; 'x'",
                "'arguments':'{}'; 'arguments':{}",
                "'id':'a',; ",
                "'low'; 'lower'",
                "'auto'; 'any'",
                "'stream'; 'top_k':1,'stream'",
                "'function':{'name':'Read'}}]; 'name':'Read'}]",
                "[{'type':'image_url','image_url':{'url':'x'}}]; 5",
            })
    void noticesWhatIsWrong(String right, @Nullable String wrong) {
        byte[] body = json(GOOD.replace(right, wrong == null ? "" : wrong));
        assertThatThrownBy(() -> OpenAiSdk.reads(body, "openai")).isInstanceOf(Throwable.class);
    }

    private static byte[] json(String quoted) {
        return quoted.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }
}
