package io.github.claudecodeproxy.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;

/**
 * A whole answer as {@link TestClient} received it.
 *
 * @param status the status code
 * @param headers all headers
 * @param text the body without its transfer coding, as UTF-8
 */
public record Response(int status, HeaderList headers, String text) {

    /**
     * The body as JSON.
     *
     * @throws AssertionError when it is none, or a member occurs twice
     */
    public JsonNode json() {
        try {
            return Json.read(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("body is not JSON: " + text, e);
        }
    }
}
