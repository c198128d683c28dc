package io.github.claudecodeproxy.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.openai.ChatChunk.Choice;
import io.github.claudecodeproxy.openai.ChatChunk.Delta;
import io.github.claudecodeproxy.openai.ChatChunk.ToolCallDelta;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads chunks token by token, because a tree of every chunk would cost several times as much as the chunk. */
final class ChatChunkDeserializer extends JsonDeserializer<ChatChunk> {

    private static final ObjectReader TREE = new ObjectMapper().readerFor(JsonNode.class);

    @Override
    public ChatChunk deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        if (parser.hasToken(JsonToken.START_ARRAY)) {
            // Gemini wraps an error in an array of one.
            if (parser.nextToken() == JsonToken.END_ARRAY) {
                return new ChatChunk(List.of(), null, null, null);
            }
            ChatChunk first = deserialize(parser, context);
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                parser.skipChildren();
            }
            return first;
        }
        List<Choice> choices = List.of();
        JsonNode usage = null;
        JsonNode error = null;
        String serviceTier = null;
        JsonNode timings = null;
        for (String field = firstField(parser); field != null; field = parser.nextFieldName()) {
            parser.nextToken();
            switch (field) {
                case "choices" -> {
                    ChoicesReader reader = new ChoicesReader(parser);
                    choices = reader.choices;
                    usage = reader.usage == null ? usage : reader.usage;
                }
                case "usage" -> usage = orElse(objectOrNull(parser), usage);
                case "x_groq" -> usage = orElse(usage, usageInside(objectOrNull(parser)));
                case "error" -> error = meaningful(tree(parser));
                case "base_resp" -> error = orElse(error, failureInside(objectOrNull(parser)));
                case "timings" -> timings = objectOrNull(parser);
                case "service_tier" -> serviceTier = textOrNull(parser);
                default -> parser.skipChildren();
            }
        }
        return new ChatChunk(choices, withTimings(usage, timings), error, serviceTier);
    }

    /** llama.cpp says beside the usage how much of the prompt it had in its cache. */
    private static @Nullable JsonNode withTimings(@Nullable JsonNode usage, @Nullable JsonNode timings) {
        if (usage instanceof ObjectNode counts
                && timings != null
                && timings.path("cache_n").isInt()) {
            counts.putIfAbsent("cached_tokens", timings.path("cache_n"));
        }
        return usage;
    }

    private static @Nullable String firstField(JsonParser parser) throws IOException {
        if (parser.hasToken(JsonToken.START_OBJECT)) {
            return parser.nextFieldName();
        }
        parser.skipChildren();
        return null;
    }

    /** Reads with the bare node reader: the parser's own would insist that nothing follows the value. */
    private static JsonNode tree(JsonParser parser) throws IOException {
        return TREE.readValue(parser);
    }

    /** An empty error object or string, false or 0 is what some servers send when nothing is wrong. */
    private static @Nullable JsonNode meaningful(@Nullable JsonNode error) {
        if (error == null || error.isNull() || error.isBoolean()) {
            return null;
        }
        boolean empty = switch (error.getNodeType()) {
            case STRING -> error.textValue().isEmpty();
            case NUMBER -> error.asDouble() == 0;
            default -> error.isEmpty();
        };
        return empty ? null : error;
    }

    private static @Nullable JsonNode usageInside(@Nullable JsonNode extension) {
        JsonNode usage = extension == null ? null : extension.get("usage");
        return usage != null && usage.isObject() ? usage : null;
    }

    /** MiniMax reports failures beside a normal looking answer. */
    private static @Nullable JsonNode failureInside(@Nullable JsonNode baseResponse) {
        return baseResponse != null && baseResponse.path("status_code").asInt() != 0 ? baseResponse : null;
    }

    private static @Nullable JsonNode orElse(@Nullable JsonNode value, @Nullable JsonNode other) {
        return value != null ? value : other;
    }

    private static @Nullable JsonNode objectOrNull(JsonParser parser) throws IOException {
        if (parser.hasToken(JsonToken.START_OBJECT)) {
            return tree(parser);
        }
        parser.skipChildren();
        return null;
    }

    private static @Nullable String textOrNull(JsonParser parser) throws IOException {
        if (parser.hasToken(JsonToken.VALUE_STRING)) {
            return parser.getText();
        }
        if (parser.currentToken().isNumeric()) {
            return parser.getText();
        }
        parser.skipChildren();
        return null;
    }

    /** Reads {@code choices}; usage is found there too with some providers. */
    private static final class ChoicesReader {

        private final JsonParser parser;
        private List<Choice> choices = List.of();
        private @Nullable JsonNode usage;

        ChoicesReader(JsonParser parser) throws IOException {
            this.parser = parser;
            if (!parser.hasToken(JsonToken.START_ARRAY)) {
                parser.skipChildren();
                return;
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                Choice choice = choice();
                choices = choices.isEmpty() ? List.of(choice) : append(choices, choice);
            }
        }

        private static List<Choice> append(List<Choice> choices, Choice choice) {
            List<Choice> all = new ArrayList<>(choices);
            all.add(choice);
            return all;
        }

        private Choice choice() throws IOException {
            int index = 0;
            Delta delta = null;
            String finishReason = null;
            String matchedStop = null;
            boolean sawDelta = false;
            for (String field = firstField(parser); field != null; field = parser.nextFieldName()) {
                parser.nextToken();
                switch (field) {
                    case "index" -> index = parser.getValueAsInt();
                    case "delta", "message" -> {
                        sawDelta |= field.equals("delta") && parser.hasToken(JsonToken.START_OBJECT);
                        Delta read = new DeltaReader(parser, field.equals("message")).read();
                        // Some send both in the last chunk, and the message repeats what was streamed.
                        delta = field.equals("message") && sawDelta ? delta : read;
                    }
                    case "finish_reason" -> finishReason = textOrNull(parser);
                    case "stop_reason", "matched_stop" ->
                        matchedStop = parser.hasToken(JsonToken.VALUE_STRING) ? parser.getText() : skip();
                    case "usage" -> usage = orElse(objectOrNull(parser), usage);
                    default -> parser.skipChildren();
                }
            }
            return new Choice(index, delta == null ? Delta.EMPTY : delta, finishReason, matchedStop);
        }

        private @Nullable String skip() throws IOException {
            parser.skipChildren();
            return null;
        }
    }

    /** Reads one {@code delta} or {@code message}. */
    private static final class DeltaReader {

        private final JsonParser parser;
        private @Nullable String content;
        private @Nullable String refusal;
        private @Nullable String reasoningContent;
        private @Nullable String reasoning;
        private @Nullable JsonNode reasoningDetails;
        private final boolean whole;
        private List<ToolCallDelta> toolCalls = List.of();

        DeltaReader(JsonParser parser, boolean whole) {
            this.parser = parser;
            this.whole = whole;
        }

        Delta read() throws IOException {
            if (!parser.hasToken(JsonToken.START_OBJECT)) {
                parser.skipChildren();
                return Delta.EMPTY;
            }
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                parser.nextToken();
                switch (field) {
                    case "content" -> content();
                    case "refusal" -> refusal = firstOf(textOrNull(parser), refusal);
                    case "reasoning_content" -> reasoningContent = textOrNull(parser);
                    case "reasoning", "thinking" -> reasoning = firstOf(reasoning, textOrNull(parser));
                    case "reasoning_details" ->
                        reasoningDetails = parser.hasToken(JsonToken.START_ARRAY) ? tree(parser) : null;
                    case "tool_calls" -> toolCalls();
                    case "function_call" -> functionCall();
                    default -> parser.skipChildren();
                }
            }
            return new Delta(content, refusal, reasoningContent, reasoning, reasoningDetails, toolCalls);
        }

        private static @Nullable String firstOf(@Nullable String value, @Nullable String other) {
            return value != null ? value : other;
        }

        /** A string, or parts: text, and with Mistral thinking that holds text parts itself. */
        private void content() throws IOException {
            if (!parser.hasToken(JsonToken.START_ARRAY)) {
                content = textOrNull(parser);
                return;
            }
            StringBuilder text = new StringBuilder();
            StringBuilder thought = new StringBuilder();
            JsonNode parts = tree(parser);
            for (JsonNode part : parts) {
                if (part.isTextual()) {
                    text.append(part.textValue());
                } else if (part.path("type").asText().equals("thinking")) {
                    appendThought(part.path("thinking"), thought);
                } else if (part.path("type").asText().equals("refusal")) {
                    refusal = part.path("refusal").textValue();
                } else {
                    text.append(part.path("text").asText());
                }
            }
            content = text.toString();
            if (!thought.isEmpty()) {
                reasoning = thought.toString();
            }
        }

        private static void appendThought(JsonNode thinking, StringBuilder thought) {
            if (thinking.isTextual()) {
                thought.append(thinking.textValue());
            }
            thinking.forEach(part -> thought.append(part.path("text").asText()));
        }

        /** The calls of a whole message carry no index: their place is it. */
        private void toolCalls() throws IOException {
            if (!parser.hasToken(JsonToken.START_ARRAY)) {
                parser.skipChildren();
                return;
            }
            List<ToolCallDelta> calls = new ArrayList<>(1);
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                ToolCallDelta call = new ToolCallDeltaReader(parser).read();
                calls.add(whole ? call.withIndex(calls.size()) : call);
            }
            toolCalls = calls;
        }

        /** The form that {@code tool_calls} replaced: at most one call, without an id. */
        private void functionCall() throws IOException {
            if (!parser.hasToken(JsonToken.START_OBJECT)) {
                parser.skipChildren();
                return;
            }
            ToolCallDeltaReader reader = new ToolCallDeltaReader(parser);
            reader.function();
            toolCalls = List.of(reader.call());
        }
    }

    /** Reads one entry of {@code tool_calls}. */
    private static final class ToolCallDeltaReader {

        private final JsonParser parser;
        private @Nullable Integer index;
        private @Nullable String id;
        private @Nullable String name;
        private @Nullable String arguments;
        private @Nullable JsonNode extraContent;

        ToolCallDeltaReader(JsonParser parser) {
            this.parser = parser;
        }

        ToolCallDelta read() throws IOException {
            for (String field = firstField(parser); field != null; field = parser.nextFieldName()) {
                parser.nextToken();
                switch (field) {
                    case "index" -> index = parser.hasToken(JsonToken.VALUE_NUMBER_INT) ? parser.getIntValue() : null;
                    case "id" -> id = textOrNull(parser);
                    case "function" -> function();
                    case "extra_content" -> extraContent = objectOrNull(parser);
                    default -> parser.skipChildren();
                }
            }
            return call();
        }

        void function() throws IOException {
            for (String field = firstField(parser); field != null; field = parser.nextFieldName()) {
                parser.nextToken();
                switch (field) {
                    case "name" -> name = textOrNull(parser);
                    case "arguments" ->
                        arguments = parser.currentToken().isStructStart()
                                ? tree(parser).toString()
                                : textOrNull(parser);
                    default -> parser.skipChildren();
                }
            }
        }

        ToolCallDelta call() {
            return new ToolCallDelta(index, id, name, arguments, extraContent);
        }
    }
}
