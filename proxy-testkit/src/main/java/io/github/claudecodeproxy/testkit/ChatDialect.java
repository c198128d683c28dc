package io.github.claudecodeproxy.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What one Chat Completions server takes, as data. The known ones are in {@code dialects.json} beside this class. Members
 * that a description leaves out are those of its {@code defaults}:
 *
 * <ul>
 *   <li>{@code fields}, {@code more_fields}, {@code no_fields}: the top-level members, what is added, what is refused;
 *   <li>{@code caps}: the names of the output cap, of which exactly one is sent;
 *   <li>{@code stream_options}: the members it may have; {@code include_usage} among them must be sent;
 *   <li>{@code system_roles}, {@code system_anywhere}: the roles of instructions, and whether they may stand behind the
 *       first message;
 *   <li>{@code parts}: types of content parts; {@code images} ({@code data}, {@code url}), {@code image_forms} (the
 *       part holds an {@code object}, a {@code text}), {@code files} ({@code file_data}, {@code file_url}, {@code document_url});
 *   <li>{@code part_marks}: cache marks that a part may carry;
 *   <li>{@code assistant_members}, {@code call_members}: what an assistant message or a call may have besides the
 *       standard members; {@code required_of_assistant}: a member that must be there, {@code always} or beside
 *       {@code tool_calls}; {@code empty_assistant_content}: the contents of a message that has only calls;
 *   <li>{@code empty_tool_result}, {@code user_after_tool}, {@code needs_user}: whether results may be empty, a user may
 *       speak directly after results, somebody must be a user;
 *   <li>{@code prefill}: how the last message may be the assistant's: {@code none}, {@code plain}, {@code prefix},
 *       {@code partial}, {@code continue};
 *   <li>{@code tool_choice}, and {@code tool_choice_while_thinking} for hosts that refuse more while they think, else
 *       null;
 *   <li>{@code max_tools}, {@code max_stop}: null for no limit; {@code tool_name}, {@code tool_id}: patterns;
 *   <li>{@code strict_tools}, {@code response_formats}, {@code schema_keywords_refused}, {@code schema_type_lists}: what
 *       of schemas is taken;
 *   <li>{@code efforts}, {@code efforts_with_tools} (null in it stands for none sent), {@code effort_while_not_thinking},
 *       {@code sampling_only_with_effort_none}, {@code thinking_needs_stream}: what of reasoning is taken together.
 * </ul>
 *
 * <p>Immutable. No method takes or returns null.
 */
public final class ChatDialect {

    private static final JsonNode FILE = file();

    private final ObjectNode description;

    private ChatDialect(ObjectNode description) {
        this.description = description;
    }

    /** The names in {@code dialects.json}. */
    public static Set<String> names() {
        Set<String> names = new TreeSet<>();
        FILE.path("dialects").fieldNames().forEachRemaining(names::add);
        return names;
    }

    /**
     * The dialect of this name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static ChatDialect named(String name) {
        if (FILE.path("dialects").path(name) instanceof ObjectNode description) {
            return of(description);
        }
        throw new IllegalArgumentException("no dialect " + name);
    }

    /**
     * A dialect of one's own: what differs from the defaults.
     *
     * @throws IllegalArgumentException when a member is none that this class documents
     */
    public static ChatDialect of(ObjectNode differences) {
        ObjectNode merged = defaults();
        merge(merged, differences);
        return new ChatDialect(merged);
    }

    private static ObjectNode defaults() {
        return FILE.path("defaults").deepCopy();
    }

    private static void merge(ObjectNode into, JsonNode from) {
        from.properties().forEach(member -> {
            String name = member.getKey();
            if (!FILE.path("defaults").has(name) && !Set.of("models", "match").contains(name)) {
                throw new IllegalArgumentException("dialects know no " + name);
            }
            into.set(name, member.getValue());
        });
    }

    /** This dialect as a model speaks it: every entry of its {@code models} that matches the whole name is merged in. */
    ChatDialect forModel(String model) {
        ObjectNode merged = description.deepCopy();
        for (JsonNode entry : FILE.path(description.path("models").asText())) {
            if (Pattern.matches(entry.path("match").asText(), model)) {
                merge(merged, entry);
            }
        }
        return new ChatDialect(merged);
    }

    Set<String> fields() {
        Set<String> fields = texts("fields");
        fields.addAll(texts("more_fields"));
        fields.addAll(texts("caps"));
        fields.removeAll(texts("no_fields"));
        return fields;
    }

    /** The texts of an array; null in it is the text "null". */
    Set<String> texts(String name) {
        Set<String> texts = new LinkedHashSet<>();
        description.path(name).forEach(text -> texts.add(text.asText()));
        return texts;
    }

    boolean is(String name) {
        return description.path(name).booleanValue();
    }

    boolean has(String name, String value) {
        return texts(name).contains(value);
    }

    boolean isNull(String name) {
        return description.path(name).isNull();
    }

    String text(String name) {
        return description.path(name).asText();
    }

    boolean matches(String name, String value) {
        return Pattern.matches(text(name), value);
    }

    /** A number, or the largest of all where there is no limit. */
    int limit(String name) {
        return isNull(name) ? Integer.MAX_VALUE : description.path(name).intValue();
    }

    JsonNode member(String name) {
        return description.path(name);
    }

    private static JsonNode file() {
        try (InputStream in = ChatDialect.class.getResourceAsStream("dialects.json")) {
            if (in == null) {
                return JsonNodeFactory.instance.missingNode();
            }
            return Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("dialects.json", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
