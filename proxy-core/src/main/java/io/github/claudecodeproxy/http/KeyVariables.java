package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.upstream.CredentialSupplier;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The three variables of an upstream's key: the key itself, the file that holds it, the command that prints it. */
final class KeyVariables {

    static final String FILE = "_FILE";
    static final String COMMAND = "_COMMAND";

    private static final Pattern OF_PROVIDER = Pattern.compile("(?!ANTHROPIC_)(.*)_API_KEY(?:_FILE|_COMMAND)?");

    private KeyVariables() {}

    static @Nullable String addressOf(String credential) {
        if (credential.startsWith(SettingsReader.CUSTOM_HEADER)) {
            return "OPENAI_BASE_URL";
        }
        Matcher key = OF_PROVIDER.matcher(credential);
        return key.matches() ? key.group(1) + "_BASE_URL" : null;
    }

    /**
     * Where the key comes from; null when no variable says it, or one has a problem.
     *
     * @param name the variable of the key
     * @param problems told the variable and what is wrong with it
     */
    static @Nullable UpstreamKey read(String name, Map<String, String> variables, BiConsumer<String, String> problems) {
        List<String> set = Stream.of(name, name + FILE, name + COMMAND)
                .filter(variable -> !variables.getOrDefault(variable, "").isEmpty())
                .toList();
        if (set.isEmpty()) {
            return null;
        }
        String variable = set.get(0);
        String value = variables.getOrDefault(variable, "");
        if (set.size() > 1) {
            problems.accept(String.join(", ", set), "only one of them can be set");
            return UpstreamKey.of(variable, "unused");
        }
        if (variable.equals(name)) {
            return UpstreamKey.of(variable, value);
        }
        if (variable.endsWith(COMMAND)) {
            return UpstreamKey.of(variable, CredentialSupplier.ofCommand(value));
        }
        try {
            return UpstreamKey.of(variable, CredentialSupplier.ofFile(Path.of(value)));
        } catch (InvalidPathException e) {
            problems.accept(variable, "is no name of a file");
            return UpstreamKey.of(variable, "unused");
        }
    }
}
