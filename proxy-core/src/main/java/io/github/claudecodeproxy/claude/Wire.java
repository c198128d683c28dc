package io.github.claudecodeproxy.claude;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the constructors of the wire records demand; the message names the field, because Jackson's path does not. */
final class Wire {

    private Wire() {}

    static <T> T required(@Nullable T value, String field) {
        if (value == null) {
            throw new MissingFieldException(field);
        }
        return value;
    }

    static <V> Map<String, V> unmodifiable(@Nullable Map<String, V> map) {
        return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /** A copy; null stays null, but a null in the list is named. */
    static <T> @Nullable List<T> copyOrNull(@Nullable List<T> list, String field) {
        return list == null ? null : nonNull(list, field);
    }

    private static <T> List<T> nonNull(List<T> list, String field) {
        for (int i = 0; i < list.size(); i++) {
            required(list.get(i), field + "." + i);
        }
        return List.copyOf(list);
    }

    static <T> List<T> copy(@Nullable List<T> list, String field) {
        return nonNull(required(list, field), field);
    }
}
