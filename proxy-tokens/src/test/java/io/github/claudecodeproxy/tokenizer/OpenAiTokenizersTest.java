package io.github.claudecodeproxy.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.provider.ModelData;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.provider.Providers;
import io.github.claudecodeproxy.tokens.TokenCounter;
import io.github.claudecodeproxy.translate.ClaudeOpenAiTranslator;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected numbers were counted by another implementation, the npm package gpt-tokenizer 3. */
class OpenAiTokenizersTest {

    private static final ProviderProfile OPENAI =
            Providers.builtIn().named("openai").orElseThrow();

    @ParameterizedTest
    @CsvSource({
        "10, 10, 'Sphinx of black quartz, judge my vow.'",
        "25, 38, 敏捷的棕色狐狸跳过了那只懒狗。请读取文件并修复其中的错误",
        "19, 23, 'Прочитай файл, исправь в нём ошибку и запусти тесты.'",
        "23, 22, 'private static int place(List<String> ids, String id, int unknown) { return ids.indexOf(id); }'",
        "21, 21, '{\"path\":\"src/main/java/App.java\",\"limit\":200,\"ok\":true,\"n\":null}'",
        "9, 9, <|endoftext|> is text",
        "12, 19, 🎉👩‍👩‍👧 done ✅",
        "17, 24, 日本語のトークンは少し長い。한국어도 있습니다.",
    })
    void textsHaveTheTokensThatOpenAiCounts(long o200k, long cl100k, String text) {
        assertThat(OpenAiTokenizers.o200k().count(text)).isEqualTo(o200k);
        assertThat(OpenAiTokenizers.cl100k().count(text)).isEqualTo(cl100k);
    }

    @Test
    void halvesOfSurrogatesAreCountedAsSomething() {
        assertThat(OpenAiTokenizers.o200k().count("a\uD83D b\uDE00")).isPositive();
        assertThat(OpenAiTokenizers.o200k().count("\uD83D\uDE00".repeat(10_000)))
                .isPositive();
    }

    @Test
    void aToolIsReadAsATypeByOpenAisModels() {
        String prompt = "{\"model\":\"gpt-4o\",\"messages\":[]%s}";
        String tool =
                ",\"tools\":[{\"name\":\"get_weather\",\"description\":\"Get the weather\",\"input_schema\":{\"type\":"
                        + "\"object\",\"properties\":{\"city\":{\"type\":\"string\",\"description\":\"The city\"},\"unit\":"
                        + "{\"type\":\"string\",\"enum\":[\"c\",\"f\"]}},\"required\":[\"city\"]}}]";
        String read = """
                // Get the weather
                type get_weather = (_: {
                // The city
                city: string,
                unit?: "c" | "f",
                }) => any;

                """;
        TokenCounter counter = OpenAiTokenizers.counter();
        ModelData model = OPENAI.model("gpt-4o");
        long without = counter.count(request(prompt.formatted("")), model);
        long with = counter.count(request(prompt.formatted(tool)), model);
        assertThat(with - without).isEqualTo(OpenAiTokenizers.o200k().count(read) + 12);
    }

    /** OpenAI's cookbook on counting tokens has this prompt, of which its API says that it has 101 tokens. */
    @Test
    void aPromptWithAToolHasTheTokensThatOpenAisApiCounts() {
        ClaudeRequest request = request("""
                {"model": "gpt-4o",
                 "system": "You are a helpful assistant that can answer to questions about the weather.",
                 "messages": [{"role": "user", "content": "What's the weather like in San Francisco?"}],
                 "tools": [{
                   "name": "get_current_weather",
                   "description": "Get the current weather in a given location",
                   "input_schema": {
                     "type": "object",
                     "properties": {
                       "location": {"type": "string", "description": "The city and state, e.g. San Francisco, CA"},
                       "unit": {"type": "string", "description": "The unit of temperature to return",
                                "enum": ["celsius", "fahrenheit"]}},
                     "required": ["location"]}}]}
                """);
        assertThat(OpenAiTokenizers.counter().count(request, OPENAI.model("gpt-4o")))
                .isBetween(99L, 103L);
    }

    @Test
    void aConversationThatHasGrownCostsOnlyWhatIsNew() {
        AtomicLong characters = new AtomicLong();
        TokenCounter counter = TokenCounter.of(Map.of("o200k", new RememberingTokenizer(text -> {
            characters.addAndGet(text.length());
            return text.length() / 4;
        })));
        ModelData model = OPENAI.model("gpt-4o");
        String turns = "";
        for (int i = 0; i < 10; i++) {
            String words = IntStream.range(10_000 * i, 10_000 * i + 5000)
                    .mapToObj(number -> "word" + number)
                    .collect(Collectors.joining(" "));
            turns += ",{\"role\":\"user\",\"content\":\"" + words + "\"}";
            long before = characters.get();
            ClaudeRequest request = request("{\"model\":\"m\",\"messages\":[" + turns.substring(1) + "]}");
            long first = counter.count(request, model);
            assertThat(characters.get() - before).isEqualTo(words.length());
            assertThat(counter.count(request, model)).isEqualTo(first);
            assertThat(characters.get() - before).isEqualTo(words.length());
        }
    }

    @Test
    void noMoreThanAMillionCharactersAreCountedAndTheRestIsLikeThem() {
        AtomicLong characters = new AtomicLong();
        TokenCounter counter = TokenCounter.of(Map.of("o200k", text -> {
            characters.addAndGet(text.length());
            return text.length() / 3;
        }));
        ClaudeRequest request =
                request("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + "word ".repeat(2_000_000)
                        + "\"},{\"role\":\"user\",\"content\":\"" + "more ".repeat(200_000) + "\"}]}");
        long tokens = counter.count(request, OPENAI.model("gpt-4o"));
        assertThat(characters.get()).isEqualTo(1_000_000);
        assertThat(tokens).isBetween(11_000_000L / 3 - 1000, 11_000_000L / 3 + 1000);
    }

    @Test
    void ofAnotherFamilyTheTokenizerAndItsRatioCount() {
        ProviderProfile other = Providers.builtIn()
                .with("{\"models\":[{\"match\":\"parrot\",\"token_ratio\":1.5}]}")
                .named("openai")
                .orElseThrow();
        TokenCounter counter = TokenCounter.of(Map.of("o200k", text -> 100));
        ClaudeRequest request = request("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        long own = counter.count(request, OPENAI.model("gpt-4o"));
        assertThat(counter.count(request, other.model("parrot")) - own).isEqualTo(50);
        assertThat(counter.knows(other.model("parrot"))).isFalse();
        assertThat(counter.knows(OPENAI.model("gpt-4o"))).isTrue();
        assertThat(counter.knows(OPENAI.model("gpt-4-turbo"))).isFalse();
    }

    private static ClaudeRequest request(String json) {
        return ClaudeOpenAiTranslator.builder().build().parse(json.getBytes(StandardCharsets.UTF_8));
    }
}
