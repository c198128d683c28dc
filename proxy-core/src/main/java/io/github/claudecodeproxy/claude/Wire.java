package io.github.claudecodeproxy.claude;

import java.util.Collections;
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
        return map == null ? Map.of() : Collections.unmodifiableMap(map);
    }

    static <T> List<T> copy(@Nullable List<T> list, String field) {
        return List.copyOf(required(list, field));
    }
}
