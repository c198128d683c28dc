package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.openai.ChatRequest;
import io.github.claudecodeproxy.provider.ProviderProfile.Api;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns an upstream's failure into what a Claude client understands, with the upstream's own words kept. */
final class ErrorConverter {

    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(\\.\\d{1,3})?");
    private static final Pattern HTTP_DATE =
            Pattern.compile("[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} [\\d:]{8} GMT");

    private static final String WHILE_LOADING = "5";

    private final String requestedModel;
    private final String upstreamModel;
    private final ContextLength contextLength;
    private final UpstreamWords words;

    ErrorConverter(String requestedModel, String upstreamModel, ContextLength contextLength, Set<String> secrets) {
        this.requestedModel = requestedModel;
        this.upstreamModel = upstreamModel;
        this.contextLength = contextLength;
        this.words = new UpstreamWords(new Secrets(secrets));
    }

    /** An error response; header names are in lower case. */
    ClaudeError response(int status, Map<String, String> headers, byte[] body) {
        UpstreamError error = read(body);
        String after = retryAfter(headers);
        // llama.cpp says only that it is loading, and clients without a time come back at once
        boolean loading = after == null && status == 503 && error.says("loading");
        return convert(status, error).withRetryAfter(loading ? WHILE_LOADING : after);
    }

    /** An error inside an answer that began with status 200. */
    ClaudeError inAnswer(JsonNode error) {
        UpstreamError upstream = UpstreamError.of(error, words);
        return convert(status(upstream), upstream);
    }

    /** The data of an event that is named an error. */
    ClaudeError inAnswer(byte[] data) {
        UpstreamError upstream = read(data);
        return convert(status(upstream), upstream);
    }

    /** Whether a content filter refused the prompt, which is an answer of the model rather than a failure. */
    @Nullable
    String contentFilter(int status, byte[] body) {
        if (status != 400) {
            return null;
        }
        UpstreamError upstream = read(body);
        return filtered(upstream) ? upstream.message() : null;
    }

    /**
     * What the refusal of parameters, or of an API, teaches; empty when it is about something else.
     *
     * @param asked the API that was asked; null when there is no other
     */
    List<Lesson> lessons(int status, byte[] body, ChatRequest sent, @Nullable Api asked) {
        if (status != 400 && status != 404 && status != 422) {
            return List.of();
        }
        UpstreamError upstream = read(body);
        Lesson other = asked == null ? null : ApiWords.builtIn().lesson(asked, upstream);
        if (other != null) {
            return List.of(other);
        }
        if (status == 404) {
            // Who does not know the path knows the other API only; a model that is not found is another matter.
            boolean path = asked == Api.RESPONSES && !upstream.says("model", "deployment");
            return path ? List.of(ApiWords.lesson(Api.CHAT)) : List.of();
        }
        boolean about = filtered(upstream) || contextLength.message(status, upstream) != null;
        return about ? List.of() : new LessonReader(sent, upstream).read();
    }

    private static boolean filtered(UpstreamError error) {
        return error.hasCode("content_filter", "content_policy_violation", "responsibleaipolicyviolation");
    }

    private UpstreamError read(byte[] body) {
        try {
            JsonNode json = ClaudeJson.mapper().readTree(body);
            if (json != null && json.isContainerNode()) {
                return UpstreamError.of(json, words);
            }
        } catch (JsonProcessingException notJson) {
            return UpstreamError.ofText(new String(body, StandardCharsets.UTF_8), words);
        } catch (IOException notUtf8) {
            return UpstreamError.ofText("", words);
        }
        return UpstreamError.ofText(new String(body, StandardCharsets.UTF_8), words);
    }

    /** The status that a provider would have sent, had it not sent 200 already. */
    private static int status(UpstreamError error) {
        if (filtered(error)) {
            return 400;
        }
        if (error.status() != 0) {
            return error.status();
        }
        // The Responses API says so of prompts and of pictures, one of which may not have been found.
        if (error.hasCode("policy", "residency") || (error.hasCode("image") && !error.hasCode("server_error"))) {
            return 400;
        }
        if (error.hasCode("rate_limit", "tpm", "rpm", "too_many", "resource_exhausted")) {
            return 429;
        }
        if (error.hasCode("overloaded", "slow_down", "unavailable", "insufficient_system_resource", "queue_exceeded")) {
            return 503;
        }
        if (error.hasCode("timeout", "deadline_exceeded")) {
            return 504;
        }
        if (error.hasCode("authentication", "unauthenticated", "invalid_api_key", "permission")) {
            return 401;
        }
        if (error.hasCode("not_found")) {
            return 404;
        }
        return error.hasCode("invalid", "bad_request", "badrequest", "context_length", "exceed_context") ? 400 : 500;
    }

    private ClaudeError convert(int status, UpstreamError error) {
        String tooLong = contextLength.message(status, error);
        if (tooLong != null) {
            return ClaudeError.of(ClaudeError.Type.INVALID_REQUEST, tooLong).withShouldRetry(false);
        }
        if (status == 402 || error.says("insufficient_quota", "billing_hard_limit", "insufficient balance")) {
            return of(ClaudeError.Type.BILLING, error, "the provider wants to be paid")
                    .withShouldRetry(false);
        }
        return switch (status) {
            case 400, 422 ->
                of(ClaudeError.Type.INVALID_REQUEST, error, "the provider refused the request")
                        .withShouldRetry(false);
            case 401, 403 ->
                ClaudeError.of(ClaudeError.Type.API, authentication(error)).withShouldRetry(false);
            case 404 -> notFound(error).withShouldRetry(false);
            case 408, 504 ->
                of(ClaudeError.Type.TIMEOUT, error, "the provider took too long")
                        .withShouldRetry(true);
            case 409 -> of(ClaudeError.Type.CONFLICT, error, "the provider reports a conflict");
            case 413 ->
                of(ClaudeError.Type.REQUEST_TOO_LARGE, error, "the request is too large for the provider")
                        .withShouldRetry(false);
            case 429 ->
                error.hasCode("queue_exceeded", "overloaded")
                        ? of(ClaudeError.Type.OVERLOADED, error, "the provider is overloaded")
                                .withShouldRetry(true)
                        : of(ClaudeError.Type.RATE_LIMIT, error, "the provider's rate limit is reached");
            case 503, 529 ->
                of(ClaudeError.Type.OVERLOADED, error, "the provider is overloaded")
                        .withShouldRetry(true);
            default -> other(status, error);
        };
    }

    private static ClaudeError other(int status, UpstreamError error) {
        if (status >= 500 && error.says("overloaded", "loading model")) {
            return of(ClaudeError.Type.OVERLOADED, error, "the provider is overloaded")
                    .withShouldRetry(true);
        }
        if (status >= 500) {
            return of(ClaudeError.Type.API, error, "the provider failed with status " + status)
                    .withShouldRetry(true);
        }
        if (status >= 400) {
            return of(ClaudeError.Type.INVALID_REQUEST, error, "the provider answered with status " + status)
                    .withShouldRetry(false);
        }
        return ClaudeError.of(
                        ClaudeError.Type.API,
                        "the provider answered with status " + status
                                + ", which is no answer to a chat completion; check OPENAI_BASE_URL")
                .withShouldRetry(false);
    }

    private static ClaudeError of(ClaudeError.Type type, UpstreamError error, String otherwise) {
        return ClaudeError.of(type, error.message().isEmpty() ? otherwise : error.message());
    }

    private static String authentication(UpstreamError error) {
        String words = error.message().isEmpty() ? "no reason given" : error.message();
        return "upstream authentication failed: " + words;
    }

    private ClaudeError notFound(UpstreamError error) {
        String words = error.message().isEmpty() ? "" : " (" + error.message() + ")";
        String served = requestedModel.equals(upstreamModel) ? "" : " -> " + ContentConverter.printable(upstreamModel);
        return ClaudeError.of(
                ClaudeError.Type.NOT_FOUND, "model: " + ContentConverter.printable(requestedModel) + served + words);
    }

    /** Seconds or an HTTP date, as clients understand them; anything else is dropped. */
    private static @Nullable String retryAfter(Map<String, String> headers) {
        String value = headers.get("retry-after");
        if (value != null
                && (SECONDS.matcher(value).matches() || HTTP_DATE.matcher(value).matches())) {
            return value;
        }
        String milliseconds = headers.get("retry-after-ms");
        if (milliseconds != null && SECONDS.matcher(milliseconds).matches()) {
            return String.valueOf((long) Math.ceil(Double.parseDouble(milliseconds) / 1000));
        }
        return null;
    }
}
