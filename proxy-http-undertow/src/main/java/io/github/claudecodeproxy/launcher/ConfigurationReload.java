package io.github.claudecodeproxy.launcher;

import io.github.claudecodeproxy.http.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration again while the server runs, when it is told to or its file has changed. What cannot be used
 * is refused with its reasons in the log, and what held goes on to hold. Thread-safe.
 */
final class ConfigurationReload {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationReload.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** What a listener has, it keeps. */
    private static final Set<String> OF_THE_START = Set.of(
            Variables.HOST,
            Variables.PORT,
            Variables.TLS_CERT_FILE,
            Variables.TLS_KEY_FILE,
            Variables.SHUTDOWN_GRACE,
            Variables.UPSTREAM_CLIENT);

    private final Path file;
    private final Supplier<Plan> reading;
    private final ServerProcess process;
    private Plan plan;
    private Secrets secrets;

    /**
     * One that has not begun.
     *
     * @param file the file to look at, which may not be there
     * @param reading reads the configuration; fails with a {@link SettingsException}
     * @param plan what holds now
     */
    ConfigurationReload(Path file, Supplier<Plan> reading, ServerProcess process, Plan plan) {
        this.file = file;
        this.reading = reading;
        this.process = process;
        this.plan = plan;
        this.secrets = plan.secrets();
    }

    /** Looks at the file from now on, by a thread of its own that ends with the JVM. */
    void watch() {
        byte[] known = content();
        Thread thread = new Thread(() -> look(known), "configuration");
        thread.setDaemon(true);
        thread.start();
    }

    /** A file is read when it stands still: an editor may write it in pieces. */
    private void look(byte[] known) {
        byte[] used = known;
        byte[] last = known;
        try {
            while (true) {
                Thread.sleep(LOOK.toMillis());
                byte[] now = content();
                if (Arrays.equals(now, last) && !Arrays.equals(now, used)) {
                    used = now;
                    again();
                }
                last = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Nothing where there is no file: whoever deletes it wants what it said no more. A pipe gives what it has only once,
     * and has whoever reads it wait for a writer.
     */
    private byte[] content() {
        try {
            return Files.isRegularFile(file) ? Files.readAllBytes(file) : new byte[0];
        } catch (IOException e) {
            return new byte[0];
        }
    }

    /** Reads the configuration and uses it, if it can be used. Never throws. */
    synchronized void again() {
        try {
            Plan next = reading.get();
            List<String> changed = changed(
                    plan.configuration().variables(), next.configuration().variables());
            // Calls that run may still name what was secret before.
            Secrets both = secrets.and(next.secrets());
            Logging.configure(plan.server().logLevel(), plan.server().logFormat(), both);
            process.change(next.proxy(), both);
            Logging.configure(next.server().logLevel(), next.server().logFormat(), both);
            secrets = both;
            plan = next;
            LOG.info(
                    "the configuration was read again: {}",
                    changed.isEmpty() ? "nothing has changed" : "changed are " + String.join(", ", changed));
            next.warnings().forEach(warning -> LOG.warn("{}", Printable.of(warning)));
            changed.stream()
                    .filter(OF_THE_START::contains)
                    .forEach(name -> LOG.warn("{}: holds from the next start on", name));
        } catch (SettingsException e) {
            e.problems().forEach(this::refused);
        } catch (ServerProcess.StartException e) {
            refused(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("the configuration could not be read again; the one before still holds", e);
        }
    }

    private void refused(String problem) {
        LOG.warn("the changed configuration is not used, the one before still holds: {}", Printable.of(problem));
    }

    private static List<String> changed(Map<String, String> before, Map<String, String> after) {
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        List<String> changed = new ArrayList<>(names);
        changed.removeIf(name -> before.containsKey(name) && before.get(name).equals(after.get(name)));
        return changed.stream().map(Printable::of).toList();
    }
}
