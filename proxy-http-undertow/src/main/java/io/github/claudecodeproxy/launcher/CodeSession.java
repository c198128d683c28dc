package io.github.claudecodeproxy.launcher;

import io.github.claudecodeproxy.http.ClientKey;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The person's Claude Code with a proxy behind it: one that runs already, or one of its own, which ends with it. Used by
 * one thread.
 */
final class CodeSession {

    private static final Duration LOADING = Duration.ofMinutes(3);
    private static final String NO_TOKEN = "dummy";

    private final Map<String, String> environment;
    private final PrintStream err;
    private final List<String> arguments;
    private final Path program;
    private final Function<Secrets, @Nullable CallRing> rings;

    private CodeSession(
            Map<String, String> environment,
            PrintStream err,
            List<String> arguments,
            Path program,
            Function<Secrets, @Nullable CallRing> rings) {
        this.rings = rings;
        this.environment = environment;
        this.err = err;
        this.arguments = arguments;
        this.program = program;
    }

    /**
     * A session.
     *
     * @param environment the person's
     * @param err for what the person should know besides what Claude Code shows
     * @param arguments for Claude Code
     * @param rings makes what keeps calls, if they are to be kept
     * @throws ServerProcess.StartException if there is no Claude Code
     */
    static CodeSession of(
            Map<String, String> environment,
            PrintStream err,
            List<String> arguments,
            Function<Secrets, @Nullable CallRing> rings) {
        Path program = ClaudeCode.find(environment)
                .orElseThrow(() -> new ServerProcess.StartException(ClaudeCode.MISSING, null));
        return new CodeSession(environment, err, arguments, program, rings);
    }

    /** Over the proxy that runs where the configuration says; empty when there is none. Returns the exit status. */
    Optional<Integer> overRunning(Configuration configuration) throws InterruptedException {
        ServerSettings where = ServerSettings.read(configuration.variables()).settings();
        if (where == null || where.port() == 0) {
            return Optional.empty();
        }
        String token = token(configuration);
        Optional<RunningProxy> running = RunningProxy.at(where.url(where.port()), token);
        if (running.isEmpty()) {
            return Optional.empty();
        }
        say("using the proxy that runs at " + running.get().url());
        return Optional.of(run(running.get().url(), token, running.get().window()));
    }

    /** Over a proxy of its own. Returns the exit status. */
    int overOwn(Configuration configuration, Properties properties) throws InterruptedException {
        Plan plan = Plan.of(Plan.forOneClient(configuration), properties);
        Path log = log();
        Logging.configure(plan.server().logLevel(), plan.server().logFormat(), plan.secrets(), log);
        try (ServerProcess server = ServerProcess.start(plan.server(), plan.proxy(), rings.apply(plan.secrets()))) {
            String url = plan.server().url(server.port());
            say("proxy at " + url + ", its log is " + log);
            if (plan.proxy().provider().window() != null) {
                say("asking the server for the window of its model, which may have to be loaded first ...");
            }
            // What is loaded now is loaded once: the first message would have to wait for it just as long.
            StartText text = new StartText(plan, server.contextWindows(true, LOADING));
            text.warnings().forEach(warning -> say("warning: " + Printable.of(warning)));
            return run(url, token(configuration), text.window());
        }
    }

    private int run(String url, String token, @Nullable Integer window) throws InterruptedException {
        Process client;
        try {
            client = ClaudeCode.start(program, arguments, environment, url, token, window);
        } catch (IOException e) {
            throw new ServerProcess.StartException("claude cannot be started: " + e.getMessage(), e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(client::destroy, "shutdown"));
        StopSignals.leaveTo(client);
        return client.waitFor();
    }

    private void say(String line) {
        err.println("claude-code-proxy: " + line);
    }

    private static String token(Configuration configuration) {
        String keys = configuration.value(Variables.ANTHROPIC_API_KEY);
        if (keys == null) {
            return NO_TOKEN;
        }
        return ClientKey.parse(keys.split(", *")[0]).key();
    }

    private static Path log() {
        try {
            return Files.createTempFile("claude-code-proxy-", ".log");
        } catch (IOException e) {
            throw new ServerProcess.StartException("no file for the log can be made: " + e.getMessage(), e);
        }
    }
}
