package io.github.claudecodeproxy.launcher;

import io.github.claudecodeproxy.http.SettingsException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The program: reads options and configuration, then starts the server, checks the connection, or says what is wrong.
 * One instance is one run.
 */
public final class Launcher {

    private static final int FINE = 0;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;
    private static final Duration WINDOWS = Duration.ofSeconds(1);
    private static final Duration DEMO_PACE = Duration.ofMillis(30);

    private final Map<String, String> environment;
    private final Path directory;
    private final PrintStream out;
    private final PrintStream err;

    Launcher(Map<String, String> environment, Path directory, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.directory = directory;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs until the server is stopped or there is nothing more to do, then ends the JVM: status 0 when all was well, 1
     * when it did not work, 2 when the options or the configuration are wrong.
     *
     * @param arguments the options; {@code --help} explains them
     */
    public static void main(String[] arguments) {
        Launcher launcher = new Launcher(System.getenv(), Path.of(""), System.out, System.err);
        int status = launcher.run(List.of(arguments));
        Logging.stop();
        System.exit(status);
    }

    /** Does what the arguments say; returns the exit status. */
    int run(List<String> arguments) {
        try {
            Options options = Options.parse(arguments);
            return switch (options.action()) {
                case HELP -> print(Options.HELP.lines().toList());
                case VERSION -> print(Version.report());
                case REPORT -> report(options);
                case CHECK, CODE, SERVE -> configured(options);
            };
        } catch (Options.UsageException e) {
            complain(String.valueOf(e.getMessage()));
            return MISUSED;
        } catch (SettingsException e) {
            e.problems().forEach(this::complain);
            return MISUSED;
        } catch (ServerProcess.StartException e) {
            complain(String.valueOf(e.getMessage()));
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private int report(Options options) {
        Options.Recording recording = Objects.requireNonNull(options.recording());
        Path folder = ReportFolder.make(
                directory.resolve(recording.folder()), Objects.requireNonNull(options.reported()), directory);
        return print(List.of(
                "Made " + folder,
                "Read through it before you attach it to a report: names of tools and of their parameters, numbers, and",
                "the words of the provider's errors are in it, and with --record-content everything else.",
                "Say in its case.json what happened, and what should have happened."));
    }

    private @Nullable CallRing ring(Options options, Secrets secrets) {
        Options.Recording recording = options.recording();
        return recording == null
                ? null
                : CallRing.in(directory.resolve(recording.folder()), recording.content(), secrets);
    }

    private int configured(Options options) throws InterruptedException {
        Properties properties = System.getProperties();
        JvmSettings.apply(properties);
        HeadStart.ofProviders();
        Configuration configuration = Configuration.read(options, environment, directory);
        // Until the level is known, and so that no library writes before it is.
        Logging.configure(
                ServerSettings.LogLevel.WARNING, ServerSettings.LogFormat.TEXT, Secrets.of(configuration.variables()));
        HeadStart.ofServer();
        if (options.action() == Options.Action.CODE) {
            return code(options, configuration, properties);
        }
        if (!options.demo()) {
            return planned(options, Plan.of(configuration, properties));
        }
        try (DemoUpstream demo = DemoUpstream.start(DEMO_PACE)) {
            return planned(options, Plan.of(Plan.withDemo(configuration, demo.baseUrl()), properties));
        }
    }

    private int code(Options options, Configuration configuration, Properties properties) throws InterruptedException {
        CodeSession session =
                CodeSession.of(environment, err, options.clientArguments(), secrets -> ring(options, secrets));
        if (options.demo()) {
            try (DemoUpstream demo = DemoUpstream.start(DEMO_PACE)) {
                return session.overOwn(Plan.withDemo(configuration, demo.baseUrl()), properties);
            }
        }
        // Who names a file, or wants to keep calls, wants that and not what somebody has started before.
        Optional<Integer> status = options.environmentFile() == null && options.recording() == null
                ? session.overRunning(configuration)
                : Optional.empty();
        return status.isPresent() ? status.get() : session.overOwn(configuration, properties);
    }

    private int planned(Options options, Plan plan) throws InterruptedException {
        Logging.configure(plan.server().logLevel(), plan.server().logFormat(), plan.secrets());
        return options.action() == Options.Action.CHECK ? check(plan) : serve(options, plan);
    }

    private int check(Plan plan) throws InterruptedException {
        print(List.of(Version.line(), ""));
        print(new StartText(plan).configuration());
        print(List.of("", "Calling " + Printable.of(plan.proxy().smallModel()) + " ..."));
        ConnectionCheck.Outcome outcome = ConnectionCheck.run(plan);
        print(outcome.lines());
        return outcome.ok() ? FINE : FAILED;
    }

    private int serve(Options options, Plan plan) throws InterruptedException {
        try (ServerProcess process = ServerProcess.start(plan.server(), plan.proxy(), ring(options, plan.secrets()))) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(process), "shutdown"));
            StopSignals.handle(() -> stop(process));
            HeadStart.ofCalls();
            if (!options.demo()) {
                reload(options, process, plan);
            }
            print(new StartText(plan, process.contextWindows(false, WINDOWS)).started(process.port()));
            process.await();
            return FINE;
        }
    }

    private void reload(Options options, ServerProcess process, Plan plan) {
        ConfigurationReload reload = new ConfigurationReload(
                Configuration.file(options, directory),
                () -> Plan.of(Configuration.read(options, environment, directory), System.getProperties()),
                process,
                plan);
        reload.watch();
        StopSignals.onHangUp(() -> {
            out.println("Reading the configuration again");
            // A terminal that was closed takes no text any more, and then its server is to end with it.
            if (out.checkError()) {
                process.stop();
            } else {
                reload.again();
            }
        });
    }

    private void stop(ServerProcess process) {
        out.println("Stopping: calls that run may go on for a while; a second signal stops at once");
        out.flush();
        process.stop();
    }

    private static void shutDown(ServerProcess process) {
        process.close();
        Logging.stop();
    }

    private int print(List<String> lines) {
        lines.forEach(out::println);
        out.flush();
        return FINE;
    }

    private void complain(String line) {
        err.println("claude-code-proxy: " + line);
    }
}
