package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.provider.ProviderProfile.CallNotation;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns a text that begins with the opening tag of a notation, and ends with its closing tag, into the calls that it
 * says. Guesses nothing: a text that is not exactly the notation says no call. Immutable.
 */
final class TextCallConverter {

    private static final String PARAMETER = "<parameter=";
    private static final String PARAMETER_END = "</parameter>";
    private static final String FUNCTION_END = "</function>";
    private static final String KIMI_ARGUMENTS = "<|tool_call_argument_begin|>";
    private static final String KIMI_CALL_END = "<|tool_call_end|>";
    private static final Pattern KIMI_ID = Pattern.compile("(?:functions\\.)?([a-zA-Z0-9_-]+)(?::\\d+)?");

    private final Map<String, JsonNode> offered;

    /**
     * A converter for one request.
     *
     * @param offered the schemas of the tools on offer, by the upstream's names
     */
    TextCallConverter(Map<String, JsonNode> offered) {
        this.offered = offered;
    }

    /**
     * What a text says.
     *
     * @param outcome how far it is what it looks like
     * @param calls its calls; none unless it is whole, and all of them are calls of tools on offer
     */
    record Reading(Outcome outcome, List<TextCall> calls) {}

    /** How far a text is what it looks like. */
    enum Outcome {
        /** It is a notation, though perhaps of no call that can be made. */
        WHOLE,
        /** The closing tag at its end belongs to a value. */
        INCOMPLETE,
        /** It is something else. */
        BROKEN
    }

    /**
     * How a notation begins and ends.
     *
     * @param opening what no other text begins with; an object of Llama's may lack it
     * @param beginning what must come next, behind white space
     * @param closing what ends it; empty when the end of the answer does
     */
    record Tags(String opening, String beginning, String closing) {

        static Tags of(CallNotation notation) {
            return switch (notation) {
                case HERMES -> new Tags("<tool_call>", "{", "</tool_call>");
                case QWEN_CODER -> new Tags("<tool_call>", "<function=", "</tool_call>");
                case KIMI ->
                    new Tags("<|tool_calls_section_begin|>", "<|tool_call_begin|>", "<|tool_calls_section_end|>");
                case LLAMA -> new Tags("<|python_tag|>", "{", "");
            };
        }
    }

    /** Reads a text from the opening tag to the closing tag, or for Llama, which has none, an object. */
    Reading read(CallNotation notation, String text) {
        Cursor cursor = new Cursor(text);
        Tags tags = Tags.of(notation);
        cursor.take(tags.opening());
        List<TextCall> calls = new ArrayList<>();
        try {
            boolean whole = switch (notation) {
                case HERMES, LLAMA -> object(cursor, calls);
                case QWEN_CODER -> function(cursor, calls);
                case KIMI -> section(cursor, calls);
            };
            cursor.skipBlank();
            if (!whole || !cursor.rest().equals(tags.closing())) {
                return new Reading(Outcome.BROKEN, List.of());
            }
        } catch (JsonEOFException insideAValue) {
            return new Reading(Outcome.INCOMPLETE, List.of());
        } catch (IOException notJson) {
            return new Reading(Outcome.BROKEN, List.of());
        }
        boolean all = calls.stream().allMatch(call -> offered.containsKey(call.name()));
        return new Reading(Outcome.WHOLE, all ? List.copyOf(calls) : List.of());
    }

    /** Whether an object that begins with this brace and this name of a member may become a call. */
    boolean mayBeginCall(String beginning) {
        return Set.of("name", "arguments", "parameters", "type", "id")
                .contains(beginning.substring(beginning.indexOf('"') + 1, beginning.length() - 1));
    }

    /** Whether an object whose further members are still to come may become a call. */
    boolean mayBecomeCall(String beginning) {
        Members members = new Members();
        try {
            members.read(new Cursor(beginning + "}"));
        } catch (IOException notJson) {
            return false;
        }
        return !members.others && (members.name == null || offered.containsKey(members.name));
    }

    private static boolean object(Cursor cursor, List<TextCall> calls) throws IOException {
        Members members = new Members();
        members.read(cursor);
        if (members.name != null && members.arguments != null && !members.others) {
            calls.add(new TextCall(members.name, members.arguments));
        }
        return true;
    }

    /** {@code <function=NAME><parameter=KEY>VALUE</parameter></function>}. */
    private boolean function(Cursor cursor, List<TextCall> calls) throws IOException {
        cursor.skipBlank();
        String name = cursor.take("<function=") ? cursor.until(">") : null;
        if (name == null) {
            return false;
        }
        ObjectNode arguments = JsonNodeFactory.instance.objectNode();
        ParameterValues values =
                new ParameterValues(offered.getOrDefault(name, JsonNodeFactory.instance.missingNode()));
        cursor.skipBlank();
        while (cursor.take(PARAMETER)) {
            String key = cursor.until(">");
            if (key == null || arguments.has(key)) {
                return false;
            }
            arguments.set(key, values.value(key, parameter(cursor)));
        }
        calls.add(new TextCall(name, arguments.toString()));
        return cursor.take(FUNCTION_END);
    }

    /** A value may have the end of a parameter in it; the real one has a parameter or the end of the call behind it. */
    private static String parameter(Cursor cursor) throws IOException {
        StringBuilder value = new StringBuilder();
        for (String piece = cursor.until(PARAMETER_END); piece != null; piece = cursor.until(PARAMETER_END)) {
            value.append(piece);
            int end = cursor.at;
            cursor.skipBlank();
            if (cursor.sees(PARAMETER) || cursor.sees(FUNCTION_END)) {
                return withoutLineEnds(value.toString());
            }
            cursor.at = end;
            value.append(PARAMETER_END);
        }
        throw new JsonEOFException(null, null, "the closing tag is in a value");
    }

    /** The line ends that the notation puts around a value. */
    private static String withoutLineEnds(String value) {
        int start = value.startsWith("\r\n") ? 2 : value.startsWith("\n") ? 1 : 0;
        String rest = value.substring(start);
        int cut = rest.endsWith("\r\n") ? 2 : rest.endsWith("\n") ? 1 : 0;
        return rest.substring(0, rest.length() - cut);
    }

    /** Calls, each with an id that has the name in it. */
    private static boolean section(Cursor cursor, List<TextCall> calls) throws IOException {
        cursor.skipBlank();
        while (cursor.take("<|tool_call_begin|>")) {
            String id = cursor.until(KIMI_ARGUMENTS);
            Matcher name = KIMI_ID.matcher(id == null ? "" : id.strip());
            String arguments = name.matches() ? cursor.object() : null;
            cursor.skipBlank();
            if (arguments == null || !cursor.take(KIMI_CALL_END)) {
                return false;
            }
            calls.add(new TextCall(name.group(1), arguments));
            cursor.skipBlank();
        }
        return true;
    }

    /** The members of an object that may be a call. */
    private static final class Members {
        private @Nullable String name;
        private @Nullable String arguments;
        private boolean others;
        private final Set<String> keys = new HashSet<>();

        /** Reads the object that comes next. */
        private void read(Cursor cursor) throws IOException {
            String text = cursor.rest();
            try (JsonParser json = ClaudeJson.mapper().createParser(text)) {
                json.nextToken();
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String key = json.currentName();
                    member(key, json.nextToken(), json, text);
                }
                cursor.at += (int) json.currentLocation().getCharOffset();
            }
        }

        private void member(String key, JsonToken value, JsonParser json, String text) throws IOException {
            int start = (int) json.currentTokenLocation().getCharOffset();
            boolean string = value == JsonToken.VALUE_STRING;
            json.skipChildren();
            if (string && key.equals("name")) {
                name = json.getText();
            } else if (value == JsonToken.START_OBJECT && (key.equals("arguments") || key.equals("parameters"))) {
                others |= arguments != null;
                arguments = text.substring(start, (int) json.currentLocation().getCharOffset());
            } else if (!string
                    || !(key.equals("id")
                            || (key.equals("type") && json.getText().equals("function")))) {
                others = true;
            }
            others |= !keys.add(key);
        }
    }

    /** A place in a text. */
    private static final class Cursor {
        private final String text;
        private int at;

        private Cursor(String text) {
            this.text = text;
        }

        private String rest() {
            return text.substring(at);
        }

        private boolean sees(String words) {
            return text.startsWith(words, at);
        }

        private boolean take(String words) {
            boolean seen = sees(words);
            at += seen ? words.length() : 0;
            return seen;
        }

        private void skipBlank() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }

        /** What stands before these words, which are passed over; null if they do not come. */
        private @Nullable String until(String words) {
            int end = text.indexOf(words, at);
            if (end < 0) {
                return null;
            }
            String before = text.substring(at, end);
            at = end + words.length();
            return before;
        }

        /** The text of the object that comes next; null if something else comes. */
        private @Nullable String object() throws IOException {
            skipBlank();
            try (JsonParser json = ClaudeJson.mapper().createParser(reader())) {
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    return null;
                }
                json.skipChildren();
                int start = at;
                at += (int) json.currentLocation().getCharOffset();
                return text.substring(start, at);
            }
        }

        /** Without a copy of the rest: there may be thousands of objects in it. */
        private Reader reader() throws IOException {
            Reader rest = new StringReader(text);
            long unused = rest.skip(at);
            return rest;
        }
    }
}
