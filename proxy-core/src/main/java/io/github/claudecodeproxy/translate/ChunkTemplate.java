package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.openai.ChatChunk;
import io.github.claudecodeproxy.openai.ChatChunk.Delta;
import org.jspecify.annotations.Nullable;

/** A chunk whose text may be another one. Immutable. */
final class ChunkTemplate {

    private final ChatChunk chunk;
    private final ChunkParser.Piece piece;
    private final TextTemplate bytes;

    private ChunkTemplate(ChatChunk chunk, ChunkParser.Piece piece, TextTemplate bytes) {
        this.chunk = chunk;
        this.piece = piece;
        this.bytes = bytes;
    }

    /** The template of a chunk; null when it has no text, or more than one. */
    static @Nullable ChunkTemplate of(ChatChunk chunk, byte[] json, int offset, int length) {
        if (chunk.choices().size() != 1) {
            return null;
        }
        Delta delta = chunk.choices().get(0).delta();
        for (ChunkParser.Piece piece : ChunkParser.Piece.values()) {
            String text = piece.of(delta);
            TextTemplate bytes =
                    text == null || text.isEmpty() ? null : TextTemplate.of(piece.start(), text, json, offset, length);
            if (bytes != null) {
                return new ChunkTemplate(chunk, piece, bytes);
            }
        }
        return null;
    }

    /** The chunk that these bytes are, if they are this one with another text; else null. */
    @Nullable
    ChatChunk match(byte[] json, int offset, int length) {
        String text = bytes.match(json, offset, length);
        return text == null ? null : piece.with(chunk, text);
    }
}
