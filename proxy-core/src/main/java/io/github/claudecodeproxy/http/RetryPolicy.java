package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeError;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** How long to wait before a failed call is sent again. */
final class RetryPolicy {

    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final long JITTER = Duration.ofMillis(500).toNanos();

    private RetryPolicy() {}

    /** Nanoseconds to wait; empty when the upstream asked for more patience than a client should need. */
    static OptionalLong wait(ClaudeError error) {
        Duration asked = retryAfter(error.retryAfter(), Instant.now());
        if (asked == null) {
            return OptionalLong.of(ThreadLocalRandom.current().nextLong(JITTER));
        }
        return asked.compareTo(LONGEST) <= 0 ? OptionalLong.of(asked.toNanos()) : OptionalLong.empty();
    }

    /** What a {@code retry-after} value says, in seconds or as a date; null when it says nothing. */
    static @Nullable Duration retryAfter(@Nullable String value, Instant now) {
        if (value == null) {
            return null;
        }
        try {
            double seconds = Double.parseDouble(value);
            boolean sensible = seconds >= 0 && seconds < Integer.MAX_VALUE;
            return sensible ? Duration.ofMillis(Math.round(seconds * 1000)) : null;
        } catch (NumberFormatException e) {
            return untilDate(value, now);
        }
    }

    private static @Nullable Duration untilDate(String value, Instant now) {
        try {
            ZonedDateTime date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
            Duration wait = Duration.between(now, date.toInstant());
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
