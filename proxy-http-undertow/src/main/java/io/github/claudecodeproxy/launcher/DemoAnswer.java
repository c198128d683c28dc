package io.github.claudecodeproxy.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the pretend model answers to a Chat Completions request: a tool call when tools are offered and the user's words
 * ask for one, the beginning of a tool's result when there is one, else a greeting. Immutable.
 *
 * @param text the text; empty when a tool is called
 * @param tool the name of the called tool; null when none is
 * @param arguments the arguments of the call as JSON text; empty when none is
 * @param finish the finish reason
 */
record DemoAnswer(String text, @Nullable String tool, String arguments, String finish) {

    private static final int SMALLEST_ANSWER = 16;
    private static final int QUOTED = 200;
    private static final Pattern REMINDER = Pattern.compile("(?s)<system-reminder>.*?</system-reminder>");
    private static final Pattern DIRECTORY = Pattern.compile("(?i)working directory: *(/[^\\s`\"]+)");
    private static final Pattern TOOL_WORDS =
            Pattern.compile("(?i)\\b(list|ls|files?|folder|directory|tools?|run|execute|command|shell|bash)\\b");
    private static final List<String> LISTING_TOOLS = List.of("bash", "ls", "glob", "list_files", "shell", "read");

    static DemoAnswer to(JsonNode request) {
        JsonNode messages = request.path("messages");
        JsonNode last = last(messages);
        JsonNode schema = request.at("/response_format/json_schema/schema");
        if (schema.isObject()) {
            return text(new JsonSample(directory(messages)).of(schema).toString());
        }
        if (limit(request) <= SMALLEST_ANSWER) {
            return text("Hello from the demo.");
        }
        String words = words(last);
        if (last.path("role").asText().equals("tool")) {
            return cut(quote(words), limit(request));
        }
        return wantedTool(request, words)
                .map(function -> call(function, directory(messages)))
                .orElseGet(() -> cut(greeting(words, request.path("tools").size() > 0), limit(request)));
    }

    private static DemoAnswer text(String text) {
        return new DemoAnswer(text, null, "", "stop");
    }

    private static DemoAnswer cut(String text, int limit) {
        List<String> words = pieces(text);
        return words.size() <= limit
                ? text(text)
                : new DemoAnswer(String.join("", words.subList(0, limit)), null, "", "length");
    }

    private static DemoAnswer call(JsonNode function, String directory) {
        JsonNode arguments = new JsonSample(directory).of(function.path("parameters"));
        return new DemoAnswer(
                "", function.path("name").asText(), arguments.isObject() ? arguments.toString() : "{}", "tool_calls");
    }

    /** The text in pieces of one word each, with the blanks that follow it. */
    static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        Matcher matcher = Pattern.compile("\\S*\\s*").matcher(text);
        while (matcher.find() && !matcher.group().isEmpty()) {
            pieces.add(matcher.group());
        }
        return pieces;
    }

    /** The last message that says something: not the system's, and not only reminders. */
    private static JsonNode last(JsonNode messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            JsonNode message = messages.path(i);
            String role = message.path("role").asText();
            if (role.equals("tool") || (role.equals("user") && !words(message).isEmpty())) {
                return message;
            }
        }
        return messages.path(messages.size() - 1);
    }

    private static String words(JsonNode message) {
        return REMINDER.matcher(plain(message.path("content"))).replaceAll("").strip();
    }

    private static String plain(JsonNode content) {
        if (!content.isArray()) {
            return content.asText("");
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            text.append(part.path("text").asText("")).append('\n');
        }
        return text.toString();
    }

    private static String directory(JsonNode messages) {
        for (JsonNode message : messages) {
            Matcher matcher = DIRECTORY.matcher(plain(message.path("content")));
            if (matcher.find()) {
                return matcher.group(1);
            }
        }
        return "/tmp";
    }

    private static int limit(JsonNode request) {
        int limit = request.path("max_completion_tokens")
                .asInt(request.path("max_tokens").asInt(Integer.MAX_VALUE));
        return limit > 0 ? limit : Integer.MAX_VALUE;
    }

    private static Optional<JsonNode> wantedTool(JsonNode request, String words) {
        List<JsonNode> functions = new ArrayList<>();
        request.path("tools").forEach(tool -> functions.add(tool.path("function")));
        if (functions.isEmpty() || request.path("tool_choice").asText("").equals("none")) {
            return Optional.empty();
        }
        String forced = request.at("/tool_choice/function/name").asText("");
        Optional<JsonNode> named = functions.stream()
                .filter(function -> forced.isEmpty()
                        ? mentions(words, function.path("name").asText())
                        : forced.equals(function.path("name").asText()))
                .findFirst();
        boolean asked = TOOL_WORDS.matcher(words).find()
                || request.path("tool_choice").asText("").equals("required");
        return named.isPresent() || !asked ? named : Optional.of(harmless(functions));
    }

    private static boolean mentions(String words, String tool) {
        return Pattern.compile("(?i)\\b" + Pattern.quote(tool) + "\\b")
                .matcher(words)
                .find();
    }

    private static JsonNode harmless(List<JsonNode> functions) {
        for (String name : LISTING_TOOLS) {
            for (JsonNode function : functions) {
                if (function.path("name").asText().toLowerCase(Locale.ROOT).equals(name)) {
                    return function;
                }
            }
        }
        return functions.get(0);
    }

    private static String quote(String result) {
        String first = result.lines().limit(3).reduce((a, b) -> a + "\n" + b).orElse("(nothing)");
        String shown = first.length() > QUOTED ? first.substring(0, QUOTED) + "..." : first;
        return "The tool ran, and its answer begins like this:\n\n" + shown
                + "\n\nThat was a whole round trip: a tool call streamed to you, its result sent back.";
    }

    private static String greeting(String prompt, boolean tools) {
        String line = prompt.lines().findFirst().orElse("");
        String shown = line.length() > QUOTED ? line.substring(0, QUOTED) + "..." : line;
        return "Hello! This is the demo of claude-code-proxy. No model is behind it, only a script. You wrote: \""
                + shown
                + "\". These words reach you one by one through the proxy, as a model's would."
                + (tools ? " Ask me to list the files, and you will see a tool call." : "")
                + " For real answers, stop the demo, put OPENAI_API_KEY=... into a file named .env, and start again"
                + " without --demo.";
    }
}
