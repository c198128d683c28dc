package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.openai.ChatMessage;
import io.github.claudecodeproxy.openai.ChatRequest;
import io.github.claudecodeproxy.openai.ChatTool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a refusal teaches: which of the parameters that we sent, and can do without, a model refuses. Refusals
 * of anything else teach nothing. Used once.
 */
final class LessonReader {

    private static final int MOST = 8;
    private static final Pattern WORDS = Pattern.compile("[^a-z]+");
    private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

    private final ChatRequest sent;
    private final UpstreamError error;
    private final RefusalWords words = RefusalWords.builtIn();

    LessonReader(ChatRequest sent, UpstreamError error) {
        this.sent = sent;
        this.error = error;
    }

    /** The lessons, one for each parameter; empty when there are none. */
    List<Lesson> read() {
        return refusals()
                .map(this::lessons)
                .filter(lessons -> !lessons.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    private List<Lesson> lessons(List<Refusal> refusals) {
        Map<String, Lesson> lessons = new LinkedHashMap<>();
        for (Refusal refusal : refusals) {
            String key = key(refusal);
            if (!key.isEmpty() && !words.kept().contains(key) && lessons.size() < MOST) {
                Lesson lesson = lesson(refusal, key);
                if (lesson != null) {
                    lessons.putIfAbsent(key, lesson);
                }
            }
        }
        return List.copyOf(lessons.values());
    }

    /** By the words; else by the places that pydantic gives; else by a code that says what {@code param} means. */
    private Stream<List<Refusal>> refusals() {
        String param = error.json().path("param").asText("");
        String code = error.json().path("code").asText("").toLowerCase(Locale.ROOT);
        Refusal.About about = words.codes().get(code);
        return Stream.of(
                        words.read(RefusalWords.plain(error.message())),
                        words.read(RefusalWords.plain(param)),
                        Stream.of(places(error.json(), 0)),
                        Stream.ofNullable(about).map(known -> List.of(Refusal.of(param, known, null))))
                .flatMap(candidates -> candidates);
    }

    /** Both spellings of the cap have the same limit. */
    private String key(Refusal refusal) {
        String key = refusal.key();
        if (key.equals("reasoning_effort")
                && sent.reasoningEffort() == null
                && sent.extra().containsKey("reasoning")) {
            // Some say the effort inside of it.
            return "reasoning";
        }
        boolean cap = key.equals("max_tokens") || key.equals("max_completion_tokens");
        if (!cap || refusal.about() != Refusal.About.LIMIT) {
            return key;
        }
        return sent.maxTokens() != null ? "max_tokens" : "max_completion_tokens";
    }

    /** Pydantic's list {@code [{"type": "extra_forbidden", "loc": ["body", "top_k"]}]}, wherever it stands. */
    private List<Refusal> places(JsonNode json, int depth) {
        List<Refusal> found = new ArrayList<>();
        if (depth > 3) {
            return found;
        }
        if (json.isArray()) {
            json.forEach(problem -> place(problem, found));
            return found;
        }
        for (String member : new String[] {"detail", "message", "error"}) {
            JsonNode inner = json.path(member);
            found.addAll(places(inner.isTextual() ? parsed(inner.textValue()) : inner, depth + 1));
        }
        return found;
    }

    private void place(JsonNode problem, List<Refusal> found) {
        Refusal.About about = words.types().get(problem.path("type").asText());
        JsonNode place = problem.path("loc");
        if (about != null && place.isArray()) {
            StringJoiner path = new StringJoiner(".");
            place.forEach(step -> path.add(step.asText()));
            JsonNode most = problem.path("ctx").path("le");
            found.add(Refusal.of(path.toString(), about, most.isNumber() ? (Long) most.asLong() : null));
        }
    }

    private static JsonNode parsed(String text) {
        if (!text.stripLeading().startsWith("{")) {
            return NOTHING;
        }
        try {
            return ClaudeJson.mapper().readTree(text);
        } catch (JsonProcessingException notJson) {
            return NOTHING;
        }
    }

    private @Nullable Lesson lesson(Refusal refusal, String key) {
        Refusal.Change change = words.change(refusal, key);
        if (change == null) {
            return refusal.about() != Refusal.About.LIMIT && sent(key) ? leftOut(key) : null;
        }
        if (refusal.change() == null && !(key.startsWith("schema.") || sent(key))) {
            return null;
        }
        JsonNode provider = filled(change.provider(), refusal, key);
        JsonNode model = filled(change.model(), refusal, key);
        if (!(provider instanceof ObjectNode forProvider) || !(model instanceof ObjectNode forModel)) {
            return sent(key) && refusal.about() == Refusal.About.VALUE ? leftOut(key) : null;
        }
        return forProvider.isEmpty() && forModel.isEmpty() ? null : new Lesson(key, forProvider, forModel);
    }

    private static Lesson leftOut(String field) {
        ObjectNode provider = JsonNodeFactory.instance.objectNode();
        provider.putObject("parameters").putArray("refused").add(field);
        return new Lesson(field, provider, NOTHING);
    }

    /** A change with what the refusal names in its places; null when it does not name it. */
    private static @Nullable JsonNode filled(@Nullable JsonNode change, Refusal refusal, String key) {
        if (change == null) {
            return NOTHING;
        }
        if (change.isTextual()) {
            return switch (change.textValue()) {
                case "{limit}" -> limit(refusal.limit());
                case "{levels}" -> levels(refusal.levels());
                case "{inner}" -> TextNode.valueOf(key.substring(key.indexOf('.') + 1));
                default -> change;
            };
        }
        if (change.isArray()) {
            ArrayNode result = JsonNodeFactory.instance.arrayNode();
            change.forEach(element -> result.add(filled(element, refusal, key)));
            return result;
        }
        if (!change.isObject()) {
            return change;
        }
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> member : change.properties()) {
            JsonNode value = filled(member.getValue(), refusal, key);
            if (value == null) {
                return null;
            }
            result.set(member.getKey(), value);
        }
        return result;
    }

    private static @Nullable JsonNode limit(@Nullable Long limit) {
        return limit == null || limit < 1 || limit > Integer.MAX_VALUE ? null : IntNode.valueOf(limit.intValue());
    }

    /** In the order in which efforts grow, whatever the order in the message. */
    private static @Nullable JsonNode levels(@Nullable String levels) {
        Set<String> named = new HashSet<>(List.of(WORDS.split(levels == null ? "" : levels.toLowerCase(Locale.ROOT))));
        ArrayNode known = JsonNodeFactory.instance.arrayNode();
        ReasoningConverter.LEVELS.stream().filter(named::contains).forEach(known::add);
        return known.isEmpty() ? null : known;
    }

    /** Whether the request said it. */
    private boolean sent(String key) {
        if (key.startsWith("messages.")) {
            String name = key.substring("messages.".length());
            return sent.messages().stream().anyMatch(message -> message.extra().containsKey(name));
        }
        return switch (key) {
            case "developer" -> sent.messages().stream().map(ChatMessage::role).anyMatch("developer"::equals);
            case "strict" -> strict();
            case "cache_control", "prompt_cache_breakpoint" -> true;
            default -> fields().contains(key);
        };
    }

    private boolean strict() {
        List<ChatTool> tools = sent.tools() == null ? List.of() : sent.tools();
        boolean format = sent.responseFormat() != null
                && sent.responseFormat().at("/json_schema/strict").asBoolean();
        return format
                || tools.stream()
                        .anyMatch(tool -> Boolean.TRUE.equals(tool.function().strict()));
    }

    private Set<String> fields() {
        Set<String> fields = new HashSet<>(sent.extra().keySet());
        add(sent.maxTokens(), "max_tokens", fields);
        add(sent.maxCompletionTokens(), "max_completion_tokens", fields);
        add(sent.streamOptions(), "stream_options", fields);
        add(sent.temperature(), "temperature", fields);
        add(sent.topP(), "top_p", fields);
        add(sent.stop(), "stop", fields);
        add(sent.toolChoice(), "tool_choice", fields);
        add(sent.parallelToolCalls(), "parallel_tool_calls", fields);
        add(sent.responseFormat(), "response_format", fields);
        add(sent.reasoningEffort(), "reasoning_effort", fields);
        return fields;
    }

    private static void add(@Nullable Object value, String field, Set<String> fields) {
        if (value != null) {
            fields.add(field);
        }
    }
}
