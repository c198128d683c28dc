package io.github.claudecodeproxy.benchmarks.process;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A program under load, as processes of its own, or the upstream itself. Used by one thread; close it. */
final class Subject implements AutoCloseable {

    /** The options with which {@code bin/claude-code-proxy} starts the server on a machine of this kind. */
    static final List<String> AS_SHIPPED = List.of(
            "-Xms88m", "-XX:NewSize=6m", "-XX:MetaspaceSize=64m", "-XX:+UseSerialGC", "-XX:ActiveProcessorCount=2");

    private static final String TRANSLATED_END = "\"type\":\"message_stop\"}";
    private static final String PASSED_END = "[DONE]";
    private static final Pattern USED = Pattern.compile("used (\\d+)K");
    private static final long TICKS = 100;
    private static final String NGINX = """
            daemon off;
            pid nginx.pid;
            error_log stderr crit;
            worker_processes 1;
            worker_rlimit_nofile 20000;
            events { worker_connections 19000; }
            http {
                access_log off;
                keepalive_requests 100000000;
                client_max_body_size 64m;
                client_body_buffer_size 16m;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                upstream model { server 127.0.0.1:%d; keepalive 512; keepalive_requests 100000000; keepalive_timeout 4s; }
                server {
                    listen 127.0.0.1:%d backlog=4096;
                    location / {
                        proxy_pass http://model;
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                        proxy_buffering off;
                        proxy_read_timeout 600s;
                    }
                }
            }
            """;

    private final String name;
    private final String path;
    private final int port;
    private final boolean translates;
    private final @Nullable Process process;

    private Subject(String name, String path, int port, boolean translates, @Nullable Process process) {
        this.name = name;
        this.path = path;
        this.port = port;
        this.translates = translates;
        this.process = process;
    }

    /** The upstream without anything before it. */
    static Subject direct(int upstream) {
        return new Subject("direct", "/v1/chat/completions", upstream, false, null);
    }

    /** The product. */
    static Subject product(String name, int upstream, List<String> jvm, Map<String, String> settings) throws Exception {
        int port = freePort();
        Map<String, String> environment = new TreeMap<>(Map.of(
                "OPENAI_API_KEY",
                "sk-of-the-benchmark",
                "OPENAI_BASE_URL",
                "http://127.0.0.1:" + upstream + "/v1",
                "PORT",
                String.valueOf(port),
                "MAX_UPSTREAM_CONNECTIONS",
                "10000"));
        environment.putAll(settings);
        List<String> command = java(jvm, "io.github.claudecodeproxy.launcher.Launcher");
        return started(new Subject(name, "/v1/messages", port, true, start(command, environment)));
    }

    /** The product's server and one of its clients, which copy. */
    static Subject copy(String name, int upstream, String client) throws Exception {
        int port = freePort();
        List<String> command = java(AS_SHIPPED, CopyProxy.class.getName(), port, upstream, client);
        return started(new Subject(name, "/v1/chat/completions", port, false, start(command, Map.of())));
    }

    /** Undertow's own proxy. */
    static Subject undertow(int upstream) throws Exception {
        int port = freePort();
        List<String> command = java(AS_SHIPPED, PassThrough.class.getName(), port, upstream);
        return started(new Subject("undertow", "/v1/chat/completions", port, false, start(command, Map.of())));
    }

    /** nginx; null when there is none on the path. */
    static @Nullable Subject nginx(int upstream) throws Exception {
        Path folder = Files.createTempDirectory("nginx");
        Path configuration = folder.resolve("nginx.conf");
        int port = freePort();
        Files.writeString(configuration, NGINX.formatted(upstream, port));
        List<String> command = List.of("nginx", "-p", folder + "/", "-c", configuration.toString());
        try {
            return started(new Subject("nginx", "/v1/chat/completions", port, false, start(command, Map.of())));
        } catch (IOException e) {
            return null;
        }
    }

    private static List<String> java(List<String> options, String main, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        Arrays.stream(arguments).map(String::valueOf).forEach(command::add);
        return command;
    }

    private static Process start(List<String> command, Map<String, String> environment) throws IOException {
        List<String> pinned = new ArrayList<>(Placement.forSubjects());
        pinned.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(pinned)
                .directory(Files.createTempDirectory("subject").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeIf(variable -> !variable.equals("PATH"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Subject started(Subject subject) throws Exception {
        Process process = subject.process;
        for (long begun = System.nanoTime(); ; Thread.sleep(5)) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), subject.port).close();
                return subject;
            } catch (ConnectException e) {
                if (process != null && !process.isAlive()) {
                    throw new IOException(subject.name + " ended with status " + process.exitValue(), e);
                }
                if (System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(60)) {
                    subject.close();
                    throw e;
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    String name() {
        return name;
    }

    String path() {
        return path;
    }

    int port() {
        return port;
    }

    /** Whether its streams are Claude's. */
    boolean translates() {
        return translates;
    }

    /** What stands near the end of each of its streams. */
    String streamEnd() {
        return translates ? TRANSLATED_END : PASSED_END;
    }

    /** CPU time that all its processes have taken so far, in nanoseconds, as the system counts it. */
    long cpu() throws IOException {
        if (process == null) {
            return 0;
        }
        long ticks = 0;
        for (ProcessHandle each : processes()) {
            ticks += ticks(each.pid());
        }
        return ticks * (TimeUnit.SECONDS.toNanos(1) / TICKS);
    }

    private static long ticks(long pid) throws IOException {
        return ticks(Path.of("/proc/" + pid + "/stat"));
    }

    private static long ticks(Path file) throws IOException {
        String stat = Files.readString(file);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    /** CPU time that its JVM has taken to compile so far, in nanoseconds; 0 for what has no JVM. */
    long compiling() throws IOException {
        if (process == null) {
            return 0;
        }
        long ticks = 0;
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            for (Path thread : threads.toList()) {
                ticks += compiling(thread);
            }
        }
        return ticks * (TimeUnit.SECONDS.toNanos(1) / TICKS);
    }

    private static long compiling(Path thread) throws IOException {
        try {
            return Files.readString(thread.resolve("comm")).contains("Compiler") ? ticks(thread.resolve("stat")) : 0;
        } catch (IOException e) {
            if (Files.exists(thread)) {
                throw e;
            }
            return 0; // it has ended meanwhile
        }
    }

    /** All processors are its own, until {@link #pin}. */
    void unpin() throws InterruptedException {
        for (ProcessHandle each : processes()) {
            Placement.everywhere(each.pid());
        }
    }

    /** It has its processor again. */
    void pin() throws InterruptedException {
        for (ProcessHandle each : processes()) {
            Placement.ofSubject(each.pid());
        }
    }

    private List<ProcessHandle> processes() {
        return process == null
                ? List.of()
                : Stream.concat(Stream.of(process.toHandle()), process.descendants())
                        .toList();
    }

    /** Kilobytes of a line of its status, such as {@code VmRSS}; or the number of its {@code Threads}. */
    long status(String line) throws IOException {
        for (String each : Files.readAllLines(Path.of("/proc/" + pid() + "/status"))) {
            if (each.startsWith(line + ":")) {
                return Long.parseLong(each.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no " + line);
    }

    long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid() + "/fd"))) {
            return files.count();
        }
    }

    /** Kilobytes of its heap in use after a collection. */
    long heap() throws Exception {
        jcmd("GC.run");
        Thread.sleep(300);
        jcmd("GC.run");
        // One line for each generation, or one for all.
        return USED.matcher(jcmd("GC.heap_info"))
                .results()
                .mapToLong(used -> Long.parseLong(used.group(1)))
                .sum();
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Path program = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process run = new ProcessBuilder(program.toString(), String.valueOf(pid()), command)
                .redirectErrorStream(true)
                .start();
        String output = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        run.waitFor();
        int metaspace = output.indexOf("Metaspace");
        return metaspace < 0 ? output : output.substring(0, metaspace);
    }

    private long pid() {
        if (process == null) {
            throw new IllegalStateException("no process");
        }
        return process.pid();
    }

    @Override
    public void close() {
        if (process == null) {
            return;
        }
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
