package io.github.claudecodeproxy.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of {@code NAME=value} lines as people write them: comments, blank lines, {@code export } before the name,
 * single or double quotes, a comment after the value, a byte order mark, any line ends. In double quotes a backslash
 * escapes; an unquoted value ends at a {@code #} after a blank, so that a {@code #} inside a key stays. The last line
 * of a name wins. Immutable.
 *
 * @param values the names and values, in the order of the file
 * @param problems one line for each line that cannot be read; names the line, never its text
 */
record EnvironmentFile(Map<String, String> values, List<String> problems) {

    private static final Pattern LINE = Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\\s*=\\s*(.*)");
    private static final Pattern SINGLE = Pattern.compile("'([^']*)'\\s*(?:#.*)?");
    private static final Pattern DOUBLE = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"\\s*(?:#.*)?");
    private static final Pattern COMMENT = Pattern.compile("(?:^|\\s+)#.*");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(.)");

    EnvironmentFile {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        problems = List.copyOf(problems);
    }

    static EnvironmentFile empty() {
        return new EnvironmentFile(Map.of(), List.of());
    }

    /** Reads a file that may be absent. */
    static Optional<EnvironmentFile> readIfPresent(Path file, String label) {
        return Files.exists(file) ? Optional.of(read(file, label)) : Optional.empty();
    }

    /** Reads a file; one that cannot be read becomes a problem. */
    static EnvironmentFile read(Path file, String label) {
        try {
            // Not Files.readString, for which one stray byte makes the whole file unreadable.
            return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8), label);
        } catch (IOException e) {
            return failed(label + ": cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    static EnvironmentFile parse(String text, String label) {
        Map<String, String> values = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        int number = 0;
        for (String line : content.lines().map(String::strip).toList()) {
            number++;
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            Optional<String> value = matcher.matches() ? value(matcher.group(2)) : Optional.empty();
            if (value.isPresent()) {
                values.put(matcher.group(1), value.get());
            } else {
                problems.add(label + " line " + number + ": " + fault(line, matcher.matches()));
            }
        }
        return new EnvironmentFile(values, problems);
    }

    private static String fault(String line, boolean named) {
        if (named) {
            return "the quotes around the value do not match";
        }
        return line.contains("=")
                ? "not a NAME=value line, the name must be of letters, digits and _"
                : "not a NAME=value line, there is no =";
    }

    private static Optional<String> value(String raw) {
        if (raw.startsWith("'")) {
            Matcher quoted = SINGLE.matcher(raw);
            return quoted.matches() ? Optional.of(quoted.group(1)) : Optional.empty();
        }
        if (raw.startsWith("\"")) {
            Matcher quoted = DOUBLE.matcher(raw);
            return quoted.matches() ? Optional.of(unescape(quoted.group(1))) : Optional.empty();
        }
        return Optional.of(COMMENT.matcher(raw).replaceFirst("").strip());
    }

    private static String unescape(String quoted) {
        return ESCAPE.matcher(quoted)
                .replaceAll(match -> Matcher.quoteReplacement(
                        switch (match.group(1)) {
                            case "n" -> "\n";
                            case "r" -> "\r";
                            case "t" -> "\t";
                            case "\"", "\\", "$" -> match.group(1);
                            default -> match.group();
                        }));
    }

    private static EnvironmentFile failed(String problem) {
        return new EnvironmentFile(Map.of(), List.of(problem));
    }
}
