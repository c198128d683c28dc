package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.claude.ClaudeEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What answers say at their beginning comes near to what the provider counts. */
class LearntRatiosTest {

    private final ClaudeOpenAiTranslator translator =
            ClaudeOpenAiTranslator.builder().build();

    @ParameterizedTest
    @ValueSource(doubles = {0.4, 0.8, 1.3, 2.9})
    void theEstimateOfAGrowingConversationFindsTheRatioOfTheModel(double tokensPerWord) {
        for (int turn = 1; turn <= 40; turn++) {
            int words = turn * 400;
            long actual = Math.round(words * tokensPerWord);
            long told = told("parrot", words, actual);
            if (turn > 30) {
                assertThat((double) told / actual).as("turn " + turn).isBetween(0.97, 1.03);
            }
        }
    }

    @Test
    void aFirstShortPromptDecidesNothing() {
        long before = told("parrot", 4000, 0);
        told("parrot", 3, 90);
        assertThat(told("parrot", 4000, 0)).isBetween(before, before * 13 / 10);
    }

    @Test
    void aModelThatHasChangedIsLearntAnew() {
        for (int i = 0; i < 30; i++) {
            told("parrot", 5000, 5000);
        }
        for (int i = 0; i < 30; i++) {
            told("parrot", 5000, 10_000);
        }
        assertThat(told("parrot", 5000, 0)).isBetween(9000L, 11_000L);
    }

    @Test
    void modelsDoNotLearnFromEachOther() {
        long before = told("parrot", 5000, 0);
        for (int i = 0; i < 10; i++) {
            told("cockatoo", 5000, 20_000);
        }
        assertThat(told("parrot", 5000, 0)).isEqualTo(before);
    }

    @Test
    void absurdCountsDoLittleHarm() {
        long before = told("parrot", 5000, 0);
        told("parrot", 5000, 2_000_000_000);
        assertThat(told("parrot", 5000, 0)).isLessThanOrEqualTo(before * 5 + 5);
        told("cockatoo", 5000, -7);
        assertThat(told("cockatoo", 5000, 0)).isEqualTo(before);
    }

    @Test
    void whoAsksForACountIsToldWhatWasLearnt() {
        long before = count("parrot", 5000);
        for (int i = 0; i < 20; i++) {
            told("parrot", 5000, 2 * before);
        }
        assertThat(count("parrot", 5000)).isBetween(2 * before * 97 / 100, 2 * before * 103 / 100);
    }

    @Test
    void manyModelsAreForgotten() {
        LearntRatios ratios = new LearntRatios();
        for (int i = 0; i < 1000; i++) {
            ratios.learn("model-" + i, 20_000, 40_000);
        }
        assertThat(ratios.applied("model-0", 100)).isEqualTo(100);
        assertThat(ratios.applied("model-999", 100)).isBetween(190L, 200L);
    }

    /** What {@code message_start} says of a prompt of so many words, of which the provider counts so many tokens then. */
    private long told(String model, int words, long actual) {
        List<ClaudeEvent> events = new ArrayList<>();
        StreamTranslation stream = translator.translate(translator.parse(prompt(model, words))).stream(events::add);
        stream.start();
        String usage =
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}],\"usage\":"
                        + "{\"prompt_tokens\":" + actual + ",\"completion_tokens\":1}}";
        byte[] chunk = usage.getBytes(StandardCharsets.UTF_8);
        stream.data(chunk, 0, chunk.length);
        stream.end();
        ClaudeEvent.MessageStart start = (ClaudeEvent.MessageStart) events.get(0);
        return start.message().usage().inputTokens();
    }

    private long count(String model, int words) {
        return translator.countTokens(translator.parse(prompt(model, words)));
    }

    private static byte[] prompt(String model, int words) {
        return ("{\"model\":\"" + model
                        + "\",\"max_tokens\":9,\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":" + "\""
                        + "word ".repeat(words) + "\"}]}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
