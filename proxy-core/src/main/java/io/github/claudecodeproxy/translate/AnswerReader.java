package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.ClaudeJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The tolerant half of an answer, for one of the upstream's APIs: knows what providers really send and no grammar of
 * Claude's. What it understands it passes to the writer at once; how the answer ended and what it cost is kept for the
 * end. One answer each; used by one thread at a time.
 */
interface AnswerReader {

    /** Takes the data of one event, or a whole answer; false when it is no JSON. */
    boolean read(byte[] json, int offset, int length);

    /** The error that was reported; null while there is none. */
    @Nullable
    JsonNode error();

    /** Whether the provider has said that nothing follows. */
    boolean complete();

    /** The answer is complete: passes on what was held back. */
    void end();

    /** The stop sequence that we found ourselves; the answer ends with it. */
    @Nullable
    String scannedStop();

    /** Whether a call is repeated without end. */
    boolean endless();

    /** Whether a call has begun whose arguments have not ended. */
    boolean cut();

    /** Whether anything of an answer has arrived. */
    boolean anyChoice();

    /** Why the model stopped; null while it has not. */
    @Nullable
    String finishReason();

    /** The stop sequence that the provider says was met. */
    @Nullable
    String matchedStop();

    /** The last token counts that arrived, under the names that Chat Completions has for them. */
    @Nullable
    JsonNode usage();

    /** The tier that served the call. */
    @Nullable
    String serviceTier();

    /** How often the provider has searched the web. */
    default int searches() {
        return 0;
    }

    /** The model's words of refusal, possibly none. */
    String refusal();

    /** Reads JSON; null when it is none. */
    static <T> @Nullable T parse(Class<T> type, byte[] json, int offset, int length) {
        try {
            return ClaudeJson.mapper().readValue(json, offset, length, type);
        } catch (IOException e) {
            // A character that the provider has cut in two is shown as U+FFFD rather than failing the answer.
            String repaired = new String(json, offset, length, StandardCharsets.UTF_8);
            return repaired.indexOf('\uFFFD') >= 0 ? parse(type, repaired) : null;
        }
    }

    private static <T> @Nullable T parse(Class<T> type, String json) {
        try {
            return ClaudeJson.mapper().readValue(json, type);
        } catch (IOException e) {
            return null;
        }
    }
}
