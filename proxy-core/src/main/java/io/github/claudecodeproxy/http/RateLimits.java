package io.github.claudecodeproxy.http;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An upstream's rate limits in Anthropic's headers. OpenAI says in how long a limit is reset, Anthropic says when.
 *
 * @see <a href="https://docs.claude.com/en/api/rate-limits">Rate limits</a>
 */
final class RateLimits {

    private static final Pattern COUNT = Pattern.compile("\\d{1,18}");
    private static final Pattern DURATION = Pattern.compile(
            "(?:(\\d{1,5})d)?(?:(\\d{1,5})h)?(?:(\\d{1,5})m(?!s))?(?:(\\d{1,9}(?:\\.\\d{1,9})?)s)?(?:(\\d{1,9})ms)?");
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(?:\\.\\d{1,9})?");

    private RateLimits() {}

    /** The headers for the client; what cannot be read is left out. */
    static Map<String, String> headers(Map<String, String> upstream, Instant now) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String unit : List.of("requests", "tokens")) {
            for (String count : List.of("limit", "remaining")) {
                String value = upstream.get("x-ratelimit-" + count + "-" + unit);
                if (value != null && COUNT.matcher(value).matches()) {
                    headers.put("anthropic-ratelimit-" + unit + "-" + count, value);
                }
            }
            Duration wait = duration(upstream.get("x-ratelimit-reset-" + unit));
            if (wait != null) {
                String time =
                        DateTimeFormatter.ISO_INSTANT.format(now.plus(wait).truncatedTo(ChronoUnit.SECONDS));
                headers.put("anthropic-ratelimit-" + unit + "-reset", time);
            }
        }
        return headers;
    }

    /** A duration such as {@code 6m0s}, {@code 1.5s}, {@code 20ms}, or plain seconds; null when it is none. */
    static @Nullable Duration duration(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        if (SECONDS.matcher(text).matches()) {
            return seconds(text);
        }
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        return Duration.ofDays(number(parts.group(1)))
                .plusHours(number(parts.group(2)))
                .plusMinutes(number(parts.group(3)))
                .plus(parts.group(4) == null ? Duration.ZERO : seconds(parts.group(4)))
                .plusMillis(number(parts.group(5)));
    }

    private static Duration seconds(String text) {
        return Duration.ofNanos((long) (Double.parseDouble(text) * 1_000_000_000L));
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
