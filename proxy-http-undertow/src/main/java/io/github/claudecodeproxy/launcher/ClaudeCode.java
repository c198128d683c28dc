package io.github.claudecodeproxy.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The person's own Claude Code, told where to send its requests by nothing but its environment and its arguments: no
 * setting of theirs is touched.
 */
final class ClaudeCode {

    /** How to get it, for people who have none. */
    static final String MISSING = "claude was not found on the PATH: install Claude Code, for example with"
            + " npm install -g @anthropic-ai/claude-code";

    /** What says the window: the first counts for Claude's own names, of which it knows better, both for all others. */
    static final List<String> WINDOW = List.of("CLAUDE_CODE_AUTO_COMPACT_WINDOW", "CLAUDE_CODE_MAX_CONTEXT_TOKENS");

    private static final String PATH = "PATH";
    private static final List<String> WINDOWS_ENDINGS = List.of(".exe", ".cmd", ".bat");

    /** What would lead it elsewhere, or in with a key that is not the proxy's. */
    private static final List<String> OF_OTHER_PLACES = List.of(
            "ANTHROPIC_API_KEY",
            "ANTHROPIC_AUTH_TOKEN",
            "CLAUDE_CODE_OAUTH_TOKEN",
            "CLAUDE_CODE_USE_BEDROCK",
            "CLAUDE_CODE_USE_VERTEX",
            "CLAUDE_CODE_USE_FOUNDRY");

    private static final List<String> PERMISSION_OPTIONS =
            List.of("--permission-mode", "--dangerously-skip-permissions", "--allow-dangerously-skip-permissions");

    private ClaudeCode() {}

    /** The program on the path. */
    static Optional<Path> find(Map<String, String> environment) {
        List<String> names = new ArrayList<>(List.of("claude"));
        if (System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")) {
            WINDOWS_ENDINGS.forEach(ending -> names.add("claude" + ending));
        }
        for (String folder : environment.getOrDefault(PATH, "").split(File.pathSeparator)) {
            for (String name : names) {
                try {
                    Path program = Path.of(folder.isEmpty() ? "." : folder, name);
                    if (Files.isRegularFile(program) && Files.isExecutable(program)) {
                        return Optional.of(program.toAbsolutePath());
                    }
                } catch (InvalidPathException e) {
                    // an entry of the path that names no folder
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Starts it on this terminal.
     *
     * @param program what {@link #find} found
     * @param arguments those of the person
     * @param environment that of the person
     * @param url the proxy's
     * @param token what the proxy lets in
     * @param window of the model that serves most; null when it is not known
     */
    static Process start(
            Path program,
            List<String> arguments,
            Map<String, String> environment,
            String url,
            String token,
            @Nullable Integer window)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.addAll(arguments(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().clear();
        builder.environment().putAll(environment(environment, url, token, window));
        return builder.start();
    }

    /** Automatic permission mode, the default, needs a service that no gateway has; who names a mode keeps it. */
    static List<String> arguments(List<String> given) {
        boolean named =
                given.stream().map(argument -> argument.split("=", 2)[0]).anyMatch(PERMISSION_OPTIONS::contains);
        List<String> arguments = new ArrayList<>();
        if (!named) {
            arguments.addAll(List.of("--permission-mode", "default"));
        }
        arguments.addAll(given);
        return arguments;
    }

    static Map<String, String> environment(
            Map<String, String> own, String url, String token, @Nullable Integer window) {
        Map<String, String> environment = new TreeMap<>(own);
        OF_OTHER_PLACES.forEach(environment::remove);
        environment.put("ANTHROPIC_BASE_URL", url);
        // Unlike a key in ANTHROPIC_API_KEY, a token is not asked about when a session begins.
        environment.put("ANTHROPIC_AUTH_TOKEN", token);
        environment.putIfAbsent("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
        if (window != null) {
            WINDOW.forEach(name -> environment.putIfAbsent(name, String.valueOf(window)));
        }
        return environment;
    }
}
