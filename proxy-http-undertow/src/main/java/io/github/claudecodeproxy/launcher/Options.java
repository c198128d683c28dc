package io.github.claudecodeproxy.launcher;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for. Immutable.
 *
 * @param action what to do
 * @param demo whether the built-in upstream is used
 * @param environmentFile the file of {@code --env}; null when not given
 * @param clientArguments what stands behind {@code code}
 */
record Options(Action action, boolean demo, @Nullable String environmentFile, List<String> clientArguments) {

    enum Action {
        SERVE,
        CHECK,
        CODE,
        HELP,
        VERSION
    }

    static final String HELP = """
            Usage: claude-code-proxy [OPTION]...
                   claude-code-proxy [OPTION]... code [ARGUMENT OF claude]...
            Lets Claude Code work with any OpenAI-compatible provider.

              code         start your Claude Code with the proxy behind it, and end both together

              --demo       use a built-in pretend provider; needs no key
              --env FILE   read the configuration from FILE instead of .env; it wins over the environment
              --check      read the configuration, call the provider once, say what is right and wrong
              --help       print this
              --version    print the version, of which sources it was built, and the JVM

            The configuration is read from .env in the working directory; environment variables win over it.
            .env.example in the project's folder lists and explains every variable.

            Exit status: 0 all is well, 1 it did not work, 2 the options or the configuration are wrong.""";

    /**
     * Reads the command line.
     *
     * @throws UsageException if it cannot be understood
     */
    static Options parse(List<String> arguments) {
        Action action = Action.SERVE;
        boolean demo = false;
        String file = null;
        for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
            String argument = rest.next();
            switch (argument) {
                case "--help", "-h" -> {
                    return new Options(Action.HELP, false, null, List.of());
                }
                case "--version" -> {
                    return new Options(Action.VERSION, false, null, List.of());
                }
                case "code" -> {
                    if (action == Action.CHECK) {
                        throw new UsageException("--check and code do not go together");
                    }
                    List<String> ofClient = new ArrayList<>();
                    rest.forEachRemaining(ofClient::add);
                    return new Options(Action.CODE, demo, file, List.copyOf(ofClient));
                }
                case "--check" -> action = Action.CHECK;
                case "--demo" -> demo = true;
                case "--env" -> {
                    if (!rest.hasNext()) {
                        throw new UsageException("--env needs the name of a file");
                    }
                    file = rest.next();
                }
                default -> {
                    if (!argument.startsWith("--env=")) {
                        throw new UsageException("unknown option " + Printable.of(argument) + ", see --help");
                    }
                    file = argument.substring("--env=".length());
                }
            }
        }
        return new Options(action, demo, file, List.of());
    }

    /** The command line cannot be understood; the message is for the person who wrote it. */
    static final class UsageException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }
}
