package io.github.claudecodeproxy.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The launcher as a process of its own, with an environment that holds nothing but what is given. */
final class LaunchedProcess implements AutoCloseable {

    private static final Pattern LISTENING = Pattern.compile("Listening on (https?://\\S+:\\d+)");

    private final Process process;
    private final CompletableFuture<String> url = new CompletableFuture<>();
    private final List<String> outSoFar = new CopyOnWriteArrayList<>();
    private final List<String> errSoFar = new CopyOnWriteArrayList<>();
    private final CompletableFuture<List<String>> out;
    private final CompletableFuture<List<String>> err;

    private LaunchedProcess(Process process) {
        this.process = process;
        this.out = collect(process.getInputStream(), outSoFar);
        this.err = collect(process.getErrorStream(), errSoFar);
    }

    static LaunchedProcess start(Path directory, Map<String, String> environment, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dfile.encoding=UTF-8",
                "-cp",
                System.getProperty("java.class.path"),
                Launcher.class.getName()));
        command.addAll(arguments);
        return run(directory, environment, command);
    }

    /** Any program, such as the script that starts the launcher. */
    static LaunchedProcess run(Path directory, Map<String, String> environment, List<String> command)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().putAll(environment);
        return new LaunchedProcess(builder.start());
    }

    /** Waits until it says where it listens. */
    String url() throws Exception {
        return url.get(60, TimeUnit.SECONDS);
    }

    /** Waits for its end. */
    int exit() throws Exception {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running; it wrote " + out.get() + err.get());
        }
        return process.exitValue();
    }

    /** Asks it to end; what it writes then is still read, as it is not after {@link Process#destroy}. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** What daemons are told to read their configuration with. */
    void hangUp() throws Exception {
        new ProcessBuilder("kill", "-HUP", String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    /** Waits until standard output has a line with this text. */
    void awaitOut(String text) throws Exception {
        await(text, outSoFar);
    }

    /** Waits until standard error has a line with this text. */
    void awaitErr(String text) throws Exception {
        await(text, errSoFar);
    }

    private static void await(String text, List<String> lines) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (lines.stream().noneMatch(line -> line.contains(text))) {
            if (System.nanoTime() - end >= 0) {
                throw new AssertionError("nothing of \"" + text + "\" in " + lines);
            }
            Thread.sleep(50);
        }
    }

    List<String> out() throws Exception {
        return out.get(60, TimeUnit.SECONDS);
    }

    List<String> err() throws Exception {
        return err.get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private CompletableFuture<List<String>> collect(InputStream stream, List<String> lines) {
        CompletableFuture<List<String>> collected = new CompletableFuture<>();
        Thread thread = new Thread(() -> collected.complete(read(stream, lines)), "collect");
        thread.setDaemon(true);
        thread.start();
        return collected;
    }

    private List<String> read(InputStream stream, List<String> lines) {
        try (var reader = new java.io.BufferedReader(new java.io.InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
                Matcher matcher = LISTENING.matcher(line);
                if (matcher.find()) {
                    url.complete(matcher.group(1));
                }
            }
        } catch (IOException e) {
            lines.add("cannot be read: " + e);
        }
        return lines;
    }
}
