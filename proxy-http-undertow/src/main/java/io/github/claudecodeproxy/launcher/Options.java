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
 * @param recording where calls are kept; null when they are not
 * @param reported which kept call a report is made of; null for none
 * @param clientArguments what stands behind {@code code}
 */
record Options(
        Action action,
        boolean demo,
        @Nullable String environmentFile,
        @Nullable Recording recording,
        @Nullable String reported,
        List<String> clientArguments) {

    /**
     * Where calls are kept.
     *
     * @param folder of {@code --record}
     * @param content whether what people and models have written is kept too
     */
    record Recording(String folder, boolean content) {}

    Options(Action action, boolean demo, @Nullable String environmentFile, List<String> clientArguments) {
        this(action, demo, environmentFile, null, null, clientArguments);
    }

    enum Action {
        SERVE,
        CHECK,
        CODE,
        REPORT,
        HELP,
        VERSION
    }

    static final String HELP = """
            Usage: claude-code-proxy [OPTION]...
                   claude-code-proxy [OPTION]... code [ARGUMENT OF claude]...
                   claude-code-proxy --record DIR report ID
            Lets Claude Code work with any OpenAI-compatible provider.

              code         start your Claude Code with the proxy behind it, and end both together

              report ID    make a folder of a kept call, to attach to a report of a fault; ID is the request-id of the
                           answer, or last

              --demo       use a built-in pretend provider; needs no key
              --env FILE   read the configuration from FILE instead of .env; it wins over the environment
              --check      read the configuration, call the provider once, say what is right and wrong
              --record DIR keep the last 100 calls in DIR, without what people and models have written
              --record-content
                           keep that too
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
        boolean content = false;
        String file = null;
        String record = null;
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
                    return new Options(
                            Action.CODE, demo, file, recording(record, content), null, List.copyOf(ofClient));
                }
                case "report" -> {
                    String reported = value("report", "the request-id of a call, or last", rest);
                    if (rest.hasNext() || record == null) {
                        throw new UsageException("report is used as --record DIR report ID");
                    }
                    return new Options(Action.REPORT, false, null, recording(record, content), reported, List.of());
                }
                case "--check" -> action = Action.CHECK;
                case "--demo" -> demo = true;
                case "--record-content" -> content = true;
                case "--env" -> file = value("--env", "the name of a file", rest);
                case "--record" -> record = value("--record", "the name of a folder", rest);
                default -> {
                    if (argument.startsWith("--env=")) {
                        file = argument.substring("--env=".length());
                    } else if (argument.startsWith("--record=")) {
                        record = argument.substring("--record=".length());
                    } else {
                        throw new UsageException("unknown option " + Printable.of(argument) + ", see --help");
                    }
                }
            }
        }
        return new Options(action, demo, file, recording(record, content), null, List.of());
    }

    private static String value(String option, String what, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new UsageException(option + " needs " + what);
        }
        return rest.next();
    }

    private static @Nullable Recording recording(@Nullable String folder, boolean content) {
        if (folder == null && content) {
            throw new UsageException("--record-content is of no use without --record DIR");
        }
        return folder == null ? null : new Recording(folder, content);
    }

    /** The command line cannot be understood; the message is for the person who wrote it. */
    static final class UsageException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }
}
