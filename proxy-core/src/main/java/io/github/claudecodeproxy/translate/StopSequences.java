package io.github.claudecodeproxy.translate;

import java.util.List;

/**
 * Who watches for the stop sequences of a request: the provider where it takes them all, else we. Immutable.
 *
 * @param sent what the provider is told; empty when it is told nothing
 * @param scanned what we look for in the answer ourselves
 */
record StopSequences(List<String> sent, List<String> scanned) {

    static StopSequences of(List<String> wanted, int most) {
        return wanted.size() <= most
                ? new StopSequences(wanted, List.of())
                : new StopSequences(
                        List.of(),
                        wanted.stream().filter(text -> !text.isEmpty()).toList());
    }
}
