package io.github.claudecodeproxy.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.provider.ModelData;
import io.github.claudecodeproxy.provider.Providers;
import io.github.claudecodeproxy.tokens.TokenCounter;
import io.github.claudecodeproxy.tokens.TokenEstimate;
import io.github.claudecodeproxy.translate.ClaudeOpenAiTranslator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The bar of counting, P9, measured in this process. Depends on the machine, so it runs only when asked for by name; see
 * CONTRIBUTING.md.
 */
class TokenBars {

    private static final int KILOBYTE = 1000;
    private static final int RUNS = 15;
    private static final ModelData MODEL =
            Providers.builtIn().named("openai").orElseThrow().model("gpt-4o");

    private boolean met = true;

    @Test
    void areMet() {
        Random random = new Random(7);
        for (int i = 0; i < 40; i++) {
            OpenAiTokenizers.counter().count(conversation(400 * KILOBYTE, random), MODEL);
            TokenEstimate.of(conversation(400 * KILOBYTE, random), MODEL);
        }
        double[] estimates = new double[RUNS];
        double[] first = new double[RUNS];
        double[] again = new double[RUNS];
        double[] grown = new double[RUNS];
        TokenCounter counter = OpenAiTokenizers.counter();
        for (int i = 0; i < RUNS; i++) {
            String text = words(400 * KILOBYTE, random);
            ClaudeRequest request = turns(text);
            estimates[i] = millis(() -> TokenEstimate.of(request, MODEL));
            first[i] = millis(() -> counter.count(request, MODEL));
            again[i] = millis(() -> counter.count(request, MODEL));
            ClaudeRequest more = turns(text + words(4 * KILOBYTE, random));
            grown[i] = millis(() -> counter.count(more, MODEL));
        }
        report("estimate of 400 KB", estimates, 1);
        report("count of 400 KB, the first time", first, 60);
        report("the same again", again, 60);
        report("the same with 4 KB more", grown, 60);
        worst(random).forEach((what, text) -> {
            ClaudeRequest request = turns(text);
            double[] once = {millis(() -> counter.count(request, MODEL))};
            report("count of 10 MB of " + what, once, 1500);
        });
        assertThat(met).as("all bars are met").isTrue();
    }

    private void report(String what, double[] millis, double bar) {
        Arrays.sort(millis);
        double median = millis[millis.length / 2];
        met &= median <= bar;
        System.out.printf(
                "P9   %-44s median %8.2f ms, most %8.2f ms  <= %-6s %s%n",
                what, median, millis[millis.length - 1], bar, median <= bar ? "met" : "NOT MET");
    }

    private static Map<String, String> worst(Random random) {
        int size = 10_000 * KILOBYTE;
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("words", words(size, random));
        texts.put("one letter", "a".repeat(size));
        texts.put("blanks", " ".repeat(size));
        texts.put("random letters", letters(size, random, 'a', 26));
        texts.put("random signs", letters(size, random, '!', 14).replace('"', '#'));
        texts.put("ideographs", letters(size / 3, random, '\u4E00', 20_000));
        texts.put("random other letters", letters(size / 2, random, '\u0400', 256));
        texts.put("pairs of surrogates", "\uD83D\uDE00\uD83D\uDC69\u200D".repeat(size / 11));
        return texts;
    }

    private static String letters(int length, Random random, char from, int count) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) (from + random.nextInt(count)));
        }
        return text.toString();
    }

    private static ClaudeRequest conversation(int length, Random random) {
        return turns(words(length, random));
    }

    /** Words as in prose and code: most of them are frequent. */
    private static String words(int length, Random random) {
        String[] frequent = {
            "the", "of", "return", "if", "public", "final", "String", "value", "is", "in", "to", "and", "request", "=",
            "();", "{", "}", "not", "that", "message", "import", "class", "null", "for", "file", "test", "line"
        };
        StringBuilder text = new StringBuilder(length);
        while (text.length() < length) {
            if (random.nextInt(4) == 0) {
                text.append(letters(2 + random.nextInt(7), random, 'a', 26));
            } else {
                text.append(frequent[random.nextInt(frequent.length)]);
            }
            text.append(random.nextInt(12) == 0 ? '\n' : ' ');
        }
        return text.toString();
    }

    private static ClaudeRequest turns(String text) {
        StringBuilder messages = new StringBuilder();
        int turn = 4 * KILOBYTE;
        for (int from = 0; from < text.length(); from += turn) {
            String part = text.substring(from, Math.min(text.length(), from + turn));
            messages.append(messages.length() == 0 ? "" : ",")
                    .append("{\"role\":\"user\",\"content\":\"")
                    .append(part.replace("\n", "\\n"))
                    .append("\"}");
        }
        String json = "{\"model\":\"gpt-4o\",\"messages\":[" + messages + "]}";
        return ClaudeOpenAiTranslator.builder().build().parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static double millis(Runnable work) {
        long begun = System.nanoTime();
        work.run();
        return (System.nanoTime() - begun) / 1e6;
    }
}
