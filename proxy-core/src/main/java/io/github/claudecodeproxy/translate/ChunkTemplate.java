package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.openai.ChatChunk;
import io.github.claudecodeproxy.openai.ChatChunk.Choice;
import io.github.claudecodeproxy.openai.ChatChunk.Delta;
import org.jspecify.annotations.Nullable;

/** A chunk whose text may be another one. Immutable. */
final class ChunkTemplate {

    private static final String OTHER_TEXT = "another text";

    private final ChatChunk chunk;
    private final ChunkParser.Piece piece;
    private final TextTemplate bytes;
    private final boolean plain;

    private ChunkTemplate(ChatChunk chunk, ChunkParser.Piece piece, TextTemplate bytes) {
        this.chunk = chunk;
        this.piece = piece;
        this.bytes = bytes;
        plain = piece == ChunkParser.Piece.CONTENT
                && chunk.error() == null
                && plain(chunk.choices().get(0));
    }

    private static boolean plain(Choice choice) {
        Delta delta = choice.delta();
        return choice.index() == 0
                && empty(delta.refusal())
                && empty(delta.reasoningContent())
                && empty(delta.reasoning())
                && delta.reasoningDetails() == null;
    }

    private static boolean empty(@Nullable String text) {
        return text == null || text.isEmpty();
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
            if (bytes != null && isPlaceOf(piece, chunk, bytes)) {
                return new ChunkTemplate(chunk, piece, bytes);
            }
        }
        return null;
    }

    /** Tried out: what is only named like the text may stand elsewhere in the chunk. */
    private static boolean isPlaceOf(ChunkParser.Piece piece, ChatChunk chunk, TextTemplate bytes) {
        byte[] other = bytes.with(OTHER_TEXT);
        return piece.with(chunk, OTHER_TEXT).equals(AnswerReader.parse(ChatChunk.class, other, 0, other.length));
    }

    /** Whether this one has nothing but its text that would say more if it were said again. */
    boolean plain() {
        return plain;
    }

    /** The text of these bytes, if they are this one with another text; else null. */
    @Nullable
    String text(byte[] json, int offset, int length) {
        return bytes.match(json, offset, length);
    }

    /** The chunk that these bytes are, if they are this one with another text; else null. */
    @Nullable
    ChatChunk match(byte[] json, int offset, int length) {
        String text = text(json, offset, length);
        return text == null ? null : piece.with(chunk, text);
    }
}
