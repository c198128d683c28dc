package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.openai.ChatChunk;
import io.github.claudecodeproxy.openai.ChatChunk.Choice;
import io.github.claudecodeproxy.openai.ChatChunk.Delta;
import io.github.claudecodeproxy.openai.ChatChunk.ToolCallDelta;
import io.github.claudecodeproxy.openai.ResponsesEvent;
import io.github.claudecodeproxy.translate.Diagnostic.Kind;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads answers of the Responses API: what its events and items say is read on as the chunk that would have said the
 * same, so that what is so of every answer is in one place. An item that has come in pieces is not read again when it
 * comes whole. Used by one thread at a time.
 */
final class ResponsesEventReader implements AnswerReader {

    /** What tells items of a kind apart. */
    private static final List<String> NAMES = List.of("id", "call_id");

    private static final int NOWHERE = Integer.MIN_VALUE;

    private final ResponsesEventParser events = new ResponsesEventParser();
    private final ClaudeEventWriter writer;
    private final ChatChunkReader chunks;
    private final boolean searchAsked;
    private final Diagnostics diagnostics;
    private final TreeMap<Integer, Item> items = new TreeMap<>();
    private final Map<String, Integer> names = new HashMap<>();
    private int latest = -1;
    private int spoken = -1;
    private int searches;
    private boolean complete;
    private @Nullable JsonNode error;

    /** What has arrived of one item. */
    private static final class Item {
        /** A call that waits for its name. */
        private final StringBuilder early = new StringBuilder();

        private String type = "";
        private boolean begun;
        private boolean pieces;
        private int part;
        private String partKind = "";
        private boolean phased;
        private boolean done;
        private boolean found;

        /** What is known of it first says what it is. */
        private Item of(String known) {
            type = type.isEmpty() ? known : type;
            return this;
        }
    }

    /**
     * A reader for one answer.
     *
     * @param searchAsked whether the host was asked to search the web
     * @param diagnostics told of what has no form for clients
     */
    ResponsesEventReader(
            ClaudeEventWriter writer, ChatChunkReader chunks, boolean searchAsked, Diagnostics diagnostics) {
        this.writer = writer;
        this.chunks = chunks;
        this.searchAsked = searchAsked;
        this.diagnostics = diagnostics;
    }

    @Override
    public boolean read(byte[] json, int offset, int length) {
        ResponsesEvent event = events.parse(json, offset, length);
        if (event == null) {
            return false;
        }
        if (event.error() != null && !event.response().has("output")) {
            error = event.error();
        } else if (!complete && chunks.scannedStop() == null) {
            read(event);
        }
        return true;
    }

    private void read(ResponsesEvent event) {
        switch (event.type()) {
            case "response.output_item.added" -> added(event.outputIndex(), event.item());
            case "response.output_item.done" -> {
                whole(event.outputIndex(), event.item());
                named(event.item());
            }
            case "response.output_text.delta" -> text(event);
            case "response.refusal.delta" -> refusal(event);
            case "response.reasoning_summary_text.delta", "response.reasoning_text.delta" -> thought(event);
            case "response.function_call_arguments.delta" -> arguments(event, true);
            case "response.function_call_arguments.done" -> arguments(event, false);
            case "response.completed", "response.incomplete", "response.failed" ->
                ended(event.response(), event.type().substring("response.".length()));
            case "" -> {
                if (!event.response().isMissingNode()) {
                    ended(event.response(), "completed");
                }
            }
            default -> {
                // The API grows by events; those that hold nothing for a client of ours are passed over.
            }
        }
    }

    private Item item(int index) {
        latest = index < 0 ? Math.max(0, latest) : index;
        return items.computeIfAbsent(latest, place -> new Item());
    }

    private void added(int index, JsonNode json) {
        latest = index < 0 ? latest + 1 : index;
        Item item = item(latest).of(json.path("type").asText());
        named(json);
        pass(Delta.EMPTY);
        switch (json.path("type").asText()) {
            case "function_call" -> begin(item, json);
            case "message" -> phase(item, json);
            default -> {
                // What there is of it comes when it is complete.
            }
        }
    }

    /** Keeps what an item is called, to find it again in the whole response. */
    private void named(JsonNode json) {
        for (String member : NAMES) {
            String name = json.path(member).asText("");
            if (!name.isEmpty()) {
                names.putIfAbsent(member + name, latest);
            }
        }
    }

    /** Which part of its work a message belongs to; the model wants to know it again. */
    private void phase(Item item, JsonNode message) {
        if (item.phased) {
            return;
        }
        String phase = message.path("phase").textValue();
        item.phased = phase != null;
        if (phase != null && item.pieces) {
            lost("phase", "it came after the text");
        } else if (!item.pieces && writer.message(phase)) {
            spoken = -1;
        }
    }

    private void lost(String what, String why) {
        diagnostics.add(Kind.ANSWER_CHANGED, "output." + latest + "." + what, why);
    }

    private void begin(Item item, JsonNode call) {
        String name = call.path("name").asText();
        if (!item.begun && !name.isEmpty()) {
            item.begun = true;
            call(call.path("call_id").asText(), name, item.early.toString());
        }
    }

    private void text(ResponsesEvent event) {
        item(event.outputIndex()).of("message").pieces = true;
        words(event.text());
    }

    private void refusal(ResponsesEvent event) {
        item(event.outputIndex()).of("message").pieces = true;
        pass(new Delta(null, event.text(), null, null, null, List.of()));
    }

    /** A summary has parts, each a paragraph. Where the whole reasoning comes besides it, what came first counts. */
    private void thought(ResponsesEvent event) {
        Item item = item(event.outputIndex()).of("reasoning");
        if (!event.text().isEmpty() && (item.partKind.isEmpty() || item.partKind.equals(event.type()))) {
            boolean next = item.pieces && item.part != event.part();
            item.pieces = true;
            item.part = event.part();
            item.partKind = event.type();
            thought(next ? "\n\n" + event.text() : event.text());
        }
    }

    private void arguments(ResponsesEvent event, boolean more) {
        Item item = item(event.outputIndex()).of("function_call");
        if (more || !item.pieces) {
            item.pieces |= !event.text().isEmpty();
            if (item.begun) {
                call(null, null, event.text());
            } else {
                item.early.append(event.text());
            }
        }
    }

    private void call(@Nullable String id, @Nullable String name, String arguments) {
        spoken = -1;
        pass(new Delta(null, null, null, null, null, List.of(new ToolCallDelta(latest, id, name, arguments, null))));
    }

    /** Two messages in a row are two paragraphs. */
    private void words(String text) {
        if (!text.isEmpty()) {
            boolean next = spoken >= 0 && spoken != latest;
            spoken = latest;
            pass(new Delta(next ? "\n\n" + text : text, null, null, null, null, List.of()));
        }
    }

    private void thought(String text) {
        spoken = -1;
        pass(new Delta(null, null, null, text, null, List.of()));
    }

    private void pass(Delta delta) {
        chunks.read(new ChatChunk(List.of(new Choice(0, delta, null, null)), null, null, null));
    }

    /** An item that is complete: what has not come in pieces is taken from it. */
    private void whole(int index, JsonNode json) {
        Item item = item(index).of(json.path("type").asText());
        if (item.done || chunks.scannedStop() != null) {
            return;
        }
        item.done = true;
        String type = json.path("type").asText();
        switch (type) {
            case "message" -> message(item, json);
            case "reasoning" -> reasoning(item, json);
            case "web_search_call" -> search(json);
            case "" -> {
                // No item at all.
            }
            case "function_call" -> {
                begin(item, json);
                if (item.begun && !item.pieces) {
                    call(null, null, ResponsesEvent.arguments(json));
                }
            }
            default ->
                lost("type", "'" + ContentConverter.printable(type) + "' has no form for clients and was left out");
        }
    }

    private void message(Item item, JsonNode json) {
        phase(item, json);
        if (!item.pieces) {
            for (JsonNode part : json.path("content")) {
                String refused = part.path("refusal").textValue();
                if (refused != null) {
                    pass(new Delta(null, refused, null, null, null, List.of()));
                }
                words(part.path("text").asText());
            }
        }
        for (JsonNode part : json.path("content")) {
            for (JsonNode annotation : part.path("annotations")) {
                annotation(annotation, part.path("text").asText());
            }
        }
    }

    /** Clients know citations of what was searched for. */
    private void annotation(JsonNode annotation, String text) {
        boolean searched = searchAsked || searches > 0;
        if (searched && annotation.path("type").asText().equals("url_citation")) {
            writer.citation(HostedSearch.citation(annotation, text));
        } else {
            lost("annotations", "only what a search has found can be cited");
        }
    }

    /** The model also opens pages; only what it searched for has a form for clients. */
    private void search(JsonNode json) {
        JsonNode action = json.path("action");
        if (action.path("type").asText("search").equals("search")) {
            searches++;
            spoken = -1;
            pass(Delta.EMPTY);
            String id = HostedSearch.clientId(json);
            writer.serverTool(id, HostedSearch.NAME, HostedSearch.input(action));
            writer.whole(HostedSearch.result(id, json));
        } else {
            lost("action", "only what was searched for has a form for clients, no page that was opened");
        }
    }

    private void reasoning(Item item, JsonNode json) {
        if (!item.pieces) {
            String summary = paragraphs(json.path("summary"));
            String text = summary.isEmpty() ? paragraphs(json.path("content")) : summary;
            if (!text.isEmpty()) {
                thought(text);
            }
        }
        writer.endThought(json.path("encrypted_content").textValue());
    }

    private static String paragraphs(JsonNode parts) {
        StringBuilder text = new StringBuilder();
        for (JsonNode part : parts) {
            String paragraph = part.path("text").asText();
            text.append(text.isEmpty() || paragraph.isEmpty() ? "" : "\n\n").append(paragraph);
        }
        return text.toString();
    }

    private void ended(JsonNode response, String otherwise) {
        String status = response.path("status").asText(otherwise);
        if (status.equals("failed")) {
            JsonNode reason = response.path("error");
            error = reason.isObject()
                    ? reason
                    : JsonNodeFactory.instance.objectNode().put("message", "the provider gave up on the answer");
            return;
        }
        JsonNode output = response.path("output");
        int[] places = places(output);
        for (int i = 0; i < output.size(); i++) {
            whole(places[i], output.path(i));
        }
        complete = true;
        String reason = switch (status) {
            case "completed" -> "stop";
            case "incomplete" -> incomplete(response);
            default -> "abort";
        };
        chunks.read(new ChatChunk(
                List.of(new Choice(0, Delta.EMPTY, reason, null)),
                counts(response.path("usage")),
                null,
                response.path("service_tier").textValue()));
    }

    /**
     * Where the items of the whole response stood in the stream. Some servers count or name them otherwise there: what
     * has no name in common is the next of its type, or has not come before.
     */
    private int[] places(JsonNode output) {
        int[] places = new int[output.size()];
        Arrays.fill(places, NOWHERE);
        for (int i = 0; i < places.length; i++) {
            for (String member : NAMES) {
                Integer place = names.get(member + output.path(i).path(member).asText(""));
                if (place != null && places[i] == NOWHERE) {
                    places[i] = place;
                    item(place).found = true;
                }
            }
        }
        Map<String, Deque<Integer>> others = new HashMap<>();
        items.forEach((place, item) -> {
            if (!item.found) {
                others.computeIfAbsent(item.type, type -> new ArrayDeque<>()).add(place);
            }
        });
        for (int i = 0; i < places.length; i++) {
            if (places[i] == NOWHERE) {
                Deque<Integer> alike = others.get(output.path(i).path("type").asText());
                Integer next = alike == null ? null : alike.poll();
                places[i] = next != null ? next : items.containsKey(i) ? items.lastKey() + 1 : i;
                item(places[i]);
            }
        }
        return places;
    }

    /** What is incomplete was cut, for whatever reason: a client must not take it for whole. */
    private static String incomplete(JsonNode response) {
        String reason = response.path("incomplete_details").path("reason").asText();
        return reason.equals("content_filter") ? reason : "length";
    }

    private static @Nullable JsonNode counts(JsonNode usage) {
        if (!usage.path("input_tokens").isNumber()) {
            return null;
        }
        ObjectNode counts = JsonNodeFactory.instance.objectNode();
        counts.set("prompt_tokens", usage.path("input_tokens"));
        counts.set("completion_tokens", usage.path("output_tokens"));
        counts.set("prompt_tokens_details", usage.path("input_tokens_details"));
        counts.set("completion_tokens_details", usage.path("output_tokens_details"));
        return counts;
    }

    @Override
    public @Nullable JsonNode error() {
        return error;
    }

    @Override
    public boolean complete() {
        return complete;
    }

    @Override
    public void end() {
        chunks.end();
    }

    @Override
    public @Nullable String scannedStop() {
        return chunks.scannedStop();
    }

    @Override
    public boolean endless() {
        return chunks.endless();
    }

    @Override
    public boolean cut() {
        return chunks.cut();
    }

    @Override
    public boolean anyChoice() {
        return chunks.anyChoice();
    }

    @Override
    public @Nullable String finishReason() {
        return chunks.finishReason();
    }

    @Override
    public @Nullable String matchedStop() {
        return chunks.matchedStop();
    }

    @Override
    public @Nullable JsonNode usage() {
        return chunks.usage();
    }

    @Override
    public @Nullable String serviceTier() {
        return chunks.serviceTier();
    }

    @Override
    public int searches() {
        return searches;
    }

    @Override
    public String refusal() {
        return chunks.refusal();
    }
}
