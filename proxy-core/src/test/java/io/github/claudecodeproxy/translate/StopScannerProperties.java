package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.jspecify.annotations.Nullable;

class StopScannerProperties {

    /** However a text is cut, it is passed on up to the sequence that is complete first. */
    @Property
    void noSplitMatters(
            @ForAll @StringLength(max = 30) @CharRange(from = 'a', to = 'c') String text,
            @ForAll @Size(min = 1, max = 6)
                    List<@NotEmpty @StringLength(max = 4) @CharRange(from = 'a', to = 'c') String> sequences,
            @ForAll @Size(max = 8) List<Integer> cuts) {
        StringBuilder out = new StringBuilder();
        StopScanner scanner = new StopScanner(sequences, out::append);
        int from = 0;
        for (int cut : cuts) {
            int to = Math.min(text.length(), from + Math.floorMod(cut, 7));
            scanner.accept(text.substring(from, to));
            from = to;
        }
        scanner.accept(text.substring(from));
        scanner.end();

        String expected = firstComplete(text, sequences);
        assertThat(scanner.matched()).isEqualTo(expected);
        int end = expected == null ? text.length() : end(text, sequences) - expected.length();
        assertThat(out).hasToString(text.substring(0, end));
    }

    private static int end(String text, List<String> sequences) {
        for (int end = 1; end <= text.length(); end++) {
            String read = text.substring(0, end);
            if (sequences.stream().anyMatch(read::endsWith)) {
                return end;
            }
        }
        return -1;
    }

    private static @Nullable String firstComplete(String text, List<String> sequences) {
        int end = end(text, sequences);
        return sequences.stream()
                .filter(sequence -> end > 0 && text.substring(0, end).endsWith(sequence))
                .max(java.util.Comparator.comparingInt(String::length))
                .orElse(null);
    }
}
