package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.openai.ChatChunk;
import io.github.claudecodeproxy.openai.ChatChunk.Delta;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A chunk whose text may be another one: the bytes before it and behind it, which must be the same. Behind it a text that
 * only makes lengths hard to guess may be different, too, as OpenAI adds one. Immutable.
 */
final class ChunkTemplate {

    private static final byte[] PADDING = "\"obfuscation\":\"".getBytes(StandardCharsets.US_ASCII);

    private final ChatChunk chunk;
    private final ChunkParser.Piece piece;
    private final byte[] before;
    private final byte[] behind;
    private final byte[] behindPadding;

    private ChunkTemplate(
            ChatChunk chunk, ChunkParser.Piece piece, byte[] before, byte[] behind, byte[] behindPadding) {
        this.chunk = chunk;
        this.piece = piece;
        this.before = before;
        this.behind = behind;
        this.behindPadding = behindPadding;
    }

    /** The template of a chunk; null when it has no text, or more than one. */
    static @Nullable ChunkTemplate of(ChatChunk chunk, byte[] json, int offset, int length) {
        if (chunk.choices().size() != 1) {
            return null;
        }
        Delta delta = chunk.choices().get(0).delta();
        int end = offset + length;
        for (ChunkParser.Piece piece : ChunkParser.Piece.values()) {
            String text = piece.of(delta);
            int start = text == null || text.isEmpty() ? -1 : only(piece.start(), json, offset, end);
            int close = start < 0 ? -1 : closing(json, start, end);
            if (close < 0 || !String.valueOf(text).equals(JsonText.decoded(json, start, close))) {
                continue;
            }
            byte[] before = Arrays.copyOfRange(json, offset, start);
            int padding = only(PADDING, json, close, end);
            int paddingEnd = padding < 0 ? -1 : plainEnd(json, padding, end);
            return paddingEnd < 0
                    ? new ChunkTemplate(chunk, piece, before, Arrays.copyOfRange(json, close, end), new byte[0])
                    : new ChunkTemplate(
                            chunk,
                            piece,
                            before,
                            Arrays.copyOfRange(json, close, padding),
                            Arrays.copyOfRange(json, paddingEnd, end));
        }
        return null;
    }

    /** The chunk that these bytes are, if they are this one with another text; else null. */
    @Nullable
    ChatChunk match(byte[] json, int offset, int length) {
        int end = offset + length;
        int start = offset + before.length;
        if (start > end || !Arrays.equals(before, 0, before.length, json, offset, start)) {
            return null;
        }
        int close = closing(json, start, end);
        int rest = close + behind.length;
        if (close < 0 || rest > end || !Arrays.equals(behind, 0, behind.length, json, close, rest)) {
            return null;
        }
        int last = rest;
        if (behindPadding.length > 0) {
            last = plainEnd(json, rest, end);
            if (last < 0) {
                return null;
            }
        }
        if (!Arrays.equals(behindPadding, 0, behindPadding.length, json, last, end)) {
            return null;
        }
        String text = JsonText.decoded(json, start, close);
        return text == null ? null : piece.with(chunk, text);
    }

    /** Where this ends, if it is there exactly once; else -1. In JSON it cannot be part of a text: quotes are escaped. */
    private static int only(byte[] wanted, byte[] json, int from, int end) {
        int found = -1;
        for (int i = from; i + wanted.length <= end; i++) {
            if (json[i] == '"' && Arrays.equals(wanted, 0, wanted.length, json, i, i + wanted.length)) {
                if (found >= 0) {
                    return -1;
                }
                found = i + wanted.length;
            }
        }
        return found;
    }

    /** The quote that ends a text of nothing but ASCII signs; -1 when there is none. */
    private static int plainEnd(byte[] json, int from, int end) {
        int i = from;
        while (i < end && json[i] != '"') {
            if (json[i] < ' ' || json[i] == '\\') {
                return -1;
            }
            i++;
        }
        return i < end ? i : -1;
    }

    /** The quote that ends a text; -1 when there is none, or the text is no JSON. */
    private static int closing(byte[] json, int from, int end) {
        int i = from;
        while (i < end && json[i] != '"') {
            if (json[i] >= 0 && json[i] < ' ') {
                return -1;
            }
            i += json[i] == '\\' ? 2 : 1;
        }
        return i < end ? i : -1;
    }
}
