package io.github.claudecodeproxy.claude;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What a client is told when a call fails: an Anthropic error type with its HTTP status, a message for a person, and
 * whether to try again. Immutable.
 *
 * @param type the kind of failure
 * @param message for a person: what was wrong, where, and what to do; no secrets
 * @param retryAfter value of the {@code retry-after} header, in seconds or as an HTTP date; null when unknown
 * @param shouldRetry value of the {@code x-should-retry} header; null leaves it to the client
 * @param errorCode a code that clients know, for {@code details.error_code}; null when there is none
 * @see <a href="https://docs.claude.com/en/api/errors">Errors</a>
 */
public record ClaudeError(
        Type type,
        String message,
        @Nullable String retryAfter,
        @Nullable Boolean shouldRetry,
        @Nullable String errorCode)
        implements Serializable {

    /** An error that leaves the decision about trying again to the client. */
    public static ClaudeError of(Type type, String message) {
        return new ClaudeError(type, message, null, null, null);
    }

    /** The same error with advice about trying again. */
    public ClaudeError withShouldRetry(boolean retry) {
        return new ClaudeError(type, message, retryAfter, retry, errorCode);
    }

    /** The same error with the time after which to try again. */
    public ClaudeError withRetryAfter(@Nullable String value) {
        return new ClaudeError(type, message, value, shouldRetry, errorCode);
    }

    /** The same error with a code that clients know. */
    public ClaudeError withErrorCode(String code) {
        return new ClaudeError(type, message, retryAfter, shouldRetry, code);
    }

    /** The {@code error} object of the wire. */
    public Body body() {
        return new Body(type.wireName(), message, errorCode == null ? null : new Details(errorCode));
    }

    /** The JSON body of an error response. */
    public Envelope envelope(@Nullable String requestId) {
        return new Envelope(body(), requestId);
    }

    /** The kinds of failure that the API knows, each with its HTTP status. */
    public enum Type {
        /** The request is wrong. */
        INVALID_REQUEST("invalid_request_error", 400),
        /** The client's key is missing or wrong. */
        AUTHENTICATION("authentication_error", 401),
        /** Somebody has to pay. */
        BILLING("billing_error", 402),
        /** The client may not do this. */
        PERMISSION("permission_error", 403),
        /** There is no such route or model. */
        NOT_FOUND("not_found_error", 404),
        /** The route does not take this method. */
        METHOD_NOT_ALLOWED("invalid_request_error", 405),
        /** The client took too long to send its request. */
        REQUEST_TIMEOUT("invalid_request_error", 408),
        /** The request conflicts with another. */
        CONFLICT("conflict_error", 409),
        /** The request is too large. */
        REQUEST_TOO_LARGE("request_too_large", 413),
        /** Too many requests or tokens. */
        RATE_LIMIT("rate_limit_error", 429),
        /** Something failed that is not the client's fault. */
        API("api_error", 500),
        /** The proxy is shutting down. */
        UNAVAILABLE("api_error", 503),
        /** Something took too long. */
        TIMEOUT("timeout_error", 504),
        /** There is no capacity at the moment. */
        OVERLOADED("overloaded_error", 529);

        private final String wireName;
        private final int status;

        Type(String wireName, int status) {
            this.wireName = wireName;
            this.status = status;
        }

        /** The name on the wire. */
        public String wireName() {
            return wireName;
        }

        /** The HTTP status that goes with it. */
        public int status() {
            return status;
        }
    }

    /**
     * The {@code error} object of the wire.
     *
     * @param type the error type's wire name
     * @param message for a person
     * @param details more for programs
     */
    @JsonPropertyOrder({"type", "message", "details"})
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Body(
            String type, String message, @Nullable Details details) {}

    /**
     * More about an error, for programs.
     *
     * @param errorCode what clients may act upon
     */
    public record Details(@JsonProperty("error_code") String errorCode) {}

    /**
     * The JSON body of an error response.
     *
     * @param error the error
     * @param requestId the id of the call, the same as in the {@code request-id} header
     */
    @JsonPropertyOrder({"type", "error", "request_id"})
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Envelope(
            Body error,
            @JsonProperty("request_id") @Nullable String requestId) {

        /** Always {@code error}. */
        @JsonProperty("type")
        public String type() {
            return "error";
        }
    }
}
