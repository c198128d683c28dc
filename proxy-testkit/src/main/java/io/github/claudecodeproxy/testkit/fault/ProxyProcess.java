package io.github.claudecodeproxy.testkit.fault;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The product as a process of its own, in a directory and an environment that hold nothing but what is given. Used by one
 * thread.
 */
public final class ProxyProcess implements AutoCloseable {

    private static final Pattern LISTENING = Pattern.compile("Listening on (http://\\S+:\\d+)");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final Path directory;
    private final CompletableFuture<URI> address = new CompletableFuture<>();
    private final CompletableFuture<List<String>> output = new CompletableFuture<>();

    private ProxyProcess(Process process, Path directory) {
        this.process = process;
        this.directory = directory;
        Thread thread = new Thread(this::read, "process-output");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Starts it.
     *
     * @param command what to run
     * @param environment all that it finds in its environment
     * @param errorsRead whether its standard error is read; if not, it is a pipe that fills up
     */
    public static ProxyProcess start(List<String> command, Map<String, String> environment, boolean errorsRead)
            throws IOException {
        Path directory = Files.createTempDirectory("proxy");
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(errorsRead);
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().putAll(environment);
        return new ProxyProcess(builder.start(), directory);
    }

    /** The same, with a limit of open files. */
    public static ProxyProcess limited(int files, List<String> command, Map<String, String> environment)
            throws IOException {
        List<String> limited = new ArrayList<>(List.of("/bin/sh", "-c", "ulimit -n " + files + "; exec \"$@\"", "sh"));
        limited.addAll(command);
        return start(limited, environment, true);
    }

    /** Where it listens, once it says so. */
    public URI address() throws Exception {
        return address.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** Sends SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** Sends SIGKILL. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Whether it runs. */
    public boolean alive() {
        return process.isAlive();
    }

    /** Its process id. */
    public long id() {
        return process.pid();
    }

    /** Waits for its end and gives its exit status. */
    public int exit() throws Exception {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running; it wrote " + output());
        }
        return process.exitValue();
    }

    /** All lines that it wrote, once it has ended. */
    public List<String> output() throws Exception {
        return output.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private void read() {
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
                Matcher matcher = LISTENING.matcher(line);
                if (matcher.find()) {
                    address.complete(URI.create(matcher.group(1)));
                }
            }
        } catch (IOException e) {
            lines.add("cannot be read: " + e);
        }
        address.completeExceptionally(new AssertionError("it ended without listening: " + lines));
        output.complete(lines);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(directory);
    }
}
