package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.openai.ChatChunk;
import io.github.claudecodeproxy.openai.ChatChunk.Choice;
import io.github.claudecodeproxy.openai.ChatChunk.Delta;
import io.github.claudecodeproxy.openai.ChatChunk.ToolCallDelta;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the chunks of one answer. Nearly all are the one before with another piece of text: such a chunk is recognised by
 * its bytes and not parsed. Whatever is different in any other way is. Used by one thread at a time.
 */
final class ChunkParser {

    /** A provider whose chunks differ so often is not looked at any more. */
    private static final int MOST_MISSES = 16;

    private @Nullable ChunkTemplate template;
    private boolean first = true;
    private int misses;

    /**
     * The fast way of what a stream mostly consists of: the text of a chunk that is the one before with another text and
     * otherwise says nothing that this one has not said. Null for all others, which are to be parsed.
     */
    @Nullable
    String text(byte[] json, int offset, int length) {
        ChunkTemplate last = template;
        String text = last == null || !last.plain() ? null : last.text(json, offset, length);
        if (text != null) {
            misses = 0;
        }
        return text;
    }

    /** The chunk; null when it is no JSON. */
    @Nullable
    ChatChunk parse(byte[] json, int offset, int length) {
        ChunkTemplate last = template;
        if (last != null && !last.plain()) {
            ChatChunk same = last.match(json, offset, length);
            if (same != null) {
                misses = 0;
                return same;
            }
        }
        ChatChunk chunk = AnswerReader.parse(ChatChunk.class, json, offset, length);
        if (first) {
            // A whole answer is one chunk and no more; in a stream the first one says who speaks
            first = false;
            return chunk;
        }
        if (chunk != null && misses < MOST_MISSES) {
            misses++;
            template = ChunkTemplate.of(chunk, json, offset, length);
        } else {
            template = null;
        }
        return chunk;
    }

    /** The text of a chunk that has one and nothing else, and the chunk with another one. */
    enum Piece {
        CONTENT("content") {
            @Override
            @Nullable
            String of(Delta delta) {
                return delta.toolCalls().isEmpty() ? delta.content() : null;
            }

            @Override
            Delta with(Delta delta, String text) {
                return new Delta(
                        text,
                        delta.refusal(),
                        delta.reasoningContent(),
                        delta.reasoning(),
                        delta.reasoningDetails(),
                        delta.toolCalls());
            }
        },
        REASONING_CONTENT("reasoning_content") {
            @Override
            @Nullable
            String of(Delta delta) {
                return delta.toolCalls().isEmpty() && delta.reasoning() == null ? delta.reasoningContent() : null;
            }

            @Override
            Delta with(Delta delta, String text) {
                return new Delta(
                        delta.content(),
                        delta.refusal(),
                        text,
                        delta.reasoning(),
                        delta.reasoningDetails(),
                        delta.toolCalls());
            }
        },
        ARGUMENTS("arguments") {
            @Override
            @Nullable
            String of(Delta delta) {
                return delta.toolCalls().size() == 1 ? delta.toolCalls().get(0).arguments() : null;
            }

            @Override
            Delta with(Delta delta, String text) {
                ToolCallDelta call = delta.toolCalls().get(0);
                ToolCallDelta other =
                        new ToolCallDelta(call.index(), call.id(), call.name(), text, call.extraContent());
                return new Delta(
                        delta.content(),
                        delta.refusal(),
                        delta.reasoningContent(),
                        delta.reasoning(),
                        delta.reasoningDetails(),
                        List.of(other));
            }
        };

        private final String start;

        Piece(String member) {
            this.start = "\"" + member + "\":\"";
        }

        /** What stands before the text in JSON without blanks. */
        byte[] start() {
            return start.getBytes(StandardCharsets.US_ASCII);
        }

        abstract @Nullable String of(Delta delta);

        abstract Delta with(Delta delta, String text);

        ChatChunk with(ChatChunk chunk, String text) {
            Choice choice = chunk.choices().get(0);
            return new ChatChunk(
                    List.of(new Choice(
                            choice.index(), with(choice.delta(), text), choice.finishReason(), choice.matchedStop())),
                    chunk.usage(),
                    chunk.error(),
                    chunk.serviceTier());
        }
    }
}
