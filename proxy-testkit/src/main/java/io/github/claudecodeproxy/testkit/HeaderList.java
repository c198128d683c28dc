package io.github.claudecodeproxy.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * HTTP headers in the order and spelling in which they were sent; names are looked up without regard to case. Immutable.
 *
 * @param entries name and value of each header line
 */
public record HeaderList(List<Map.Entry<String, String>> entries) {

    /** Copies the list. */
    public HeaderList {
        entries = List.copyOf(entries);
    }

    /**
     * Makes a list of alternating names and values.
     *
     * @throws IllegalArgumentException when a value is missing
     */
    public static HeaderList of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a name without a value: " + List.of(namesAndValues));
        }
        List<Map.Entry<String, String>> entries = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            entries.add(Map.entry(namesAndValues[i], namesAndValues[i + 1]));
        }
        return new HeaderList(entries);
    }

    /** The same headers with one more at the end. */
    public HeaderList with(String name, String value) {
        List<Map.Entry<String, String>> more = new ArrayList<>(entries);
        more.add(Map.entry(name, value));
        return new HeaderList(more);
    }

    /** Says whether a header of this name was sent. */
    public boolean has(String name) {
        return first(name) != null;
    }

    /** The first value of this name, or null when there is none. */
    public @Nullable String first(String name) {
        return all(name).stream().findFirst().orElse(null);
    }

    /** All values of this name, in order. */
    public List<String> all(String name) {
        return entries.stream()
                .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** The header lines as they go over the wire, without the empty line that ends them. */
    String wire() {
        StringBuilder lines = new StringBuilder();
        entries.forEach(entry -> lines.append(entry.getKey())
                .append(": ")
                .append(entry.getValue())
                .append("\r\n"));
        return lines.toString();
    }
}
