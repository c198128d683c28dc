package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.upstream.UpstreamException;
import java.time.Duration;

/** What a client is told when the upstream did not even answer, or not with HTTP that makes sense. */
final class UpstreamErrors {

    private UpstreamErrors() {}

    static ClaudeError of(UpstreamException failure) {
        return switch (failure.reason()) {
            case UNKNOWN_HOST -> again("The provider's host name cannot be resolved; is OPENAI_BASE_URL right?");
            case CONNECT -> again("Cannot connect to the provider; is it running, and is OPENAI_BASE_URL right?");
            case CONNECT_TIMEOUT ->
                ClaudeError.of(ClaudeError.Type.TIMEOUT, "The connection to the provider timed out.")
                        .withShouldRetry(true);
            case TLS -> never("No secure connection to the provider: its certificate or protocol is not accepted.");
            case NO_RESOURCES ->
                Admission.overloaded("The proxy has too many open files for another connection to the provider.");
            case PROXY_AUTHENTICATION ->
                never("The HTTP proxy on the way to the provider asks for authentication (407): set UPSTREAM_PROXY with"
                        + " user and password.");
            case NO_RESPONSE -> again("The provider closed the connection without an answer.");
            case TRUNCATED -> again("The provider closed the connection within its answer.");
            case PROTOCOL -> never("The provider's answer is not valid HTTP; is OPENAI_BASE_URL right?");
            case OTHER -> again("The call to the provider failed.");
        };
    }

    /** Whether the same request may be sent again: only when the upstream has not begun to work on it. */
    static boolean retryable(UpstreamException failure) {
        return switch (failure.reason()) {
            case CONNECT, NO_RESPONSE -> true;
            case UNKNOWN_HOST, CONNECT_TIMEOUT, NO_RESOURCES, TLS, PROXY_AUTHENTICATION, TRUNCATED, PROTOCOL, OTHER ->
                false;
        };
    }

    /** Whether a failure says that the upstream does not work, rather than that it cannot be used as it is set up. */
    static boolean isDown(UpstreamException failure) {
        return switch (failure.reason()) {
            case UNKNOWN_HOST, CONNECT, CONNECT_TIMEOUT, NO_RESPONSE, TRUNCATED, PROTOCOL -> true;
            case NO_RESOURCES, TLS, PROXY_AUTHENTICATION, OTHER -> false;
        };
    }

    /** Whether a status promises that another try may go better. */
    static boolean retryable(int status) {
        return switch (status) {
            case 408, 409, 429, 500, 502, 503, 504, 529 -> true;
            default -> false;
        };
    }

    static ClaudeError status(int status) {
        String redirect = status >= 300 && status < 400 ? "; redirects are not followed" : "";
        return never("The provider answered with the unexpected status " + status + redirect + ".");
    }

    static ClaudeError notAnAnswer(String what) {
        return never("The provider answered with " + what + "; is OPENAI_BASE_URL right?");
    }

    static ClaudeError encoded() {
        return never("The provider's answer is compressed although that was not asked for.");
    }

    static ClaudeError tooLarge() {
        return never("The provider's answer is larger than this proxy accepts.");
    }

    static ClaudeError noSlot(int most) {
        return Admission.overloaded(
                "This proxy makes at most " + most + " calls to the provider at once, and none of them"
                        + " ended in time. MAX_UPSTREAM_CONNECTIONS sets how many.");
    }

    /** What exactly is wrong is in the log, and for those who run the proxy. */
    static ClaudeError noKey(String label) {
        return never("The proxy has no key for the provider: " + label + " gave none; the proxy's log says why.");
    }

    static ClaudeError silent(Duration limit) {
        String message = "The provider sent nothing for " + limit.toSeconds()
                + " seconds. REQUEST_TIMEOUT sets how long the proxy waits.";
        return ClaudeError.of(ClaudeError.Type.TIMEOUT, message).withShouldRetry(true);
    }

    static ClaudeError tookTooLong(Duration limit) {
        String message = "The provider did not complete its answer within " + limit.toSeconds() + " seconds.";
        return ClaudeError.of(ClaudeError.Type.TIMEOUT, message).withShouldRetry(true);
    }

    private static ClaudeError again(String message) {
        return ClaudeError.of(ClaudeError.Type.API, message).withShouldRetry(true);
    }

    private static ClaudeError never(String message) {
        return ClaudeError.of(ClaudeError.Type.API, message).withShouldRetry(false);
    }
}
