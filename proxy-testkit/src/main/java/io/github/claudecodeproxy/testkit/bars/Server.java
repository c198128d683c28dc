package io.github.claudecodeproxy.testkit.bars;

import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.fault.ProxyProcess;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The product as a process, and what the system knows of it. Linux only. Thread-safe but for its end. */
final class Server implements AutoCloseable {

    /** The options of {@code bin/claude-code-proxy}. */
    static final List<String> AS_SHIPPED =
            List.of("-Xms88m", "-XX:NewSize=6m", "-XX:MetaspaceSize=64m", "-XX:+UseSerialGC");

    static final HeaderList JSON = HeaderList.of("Content-Type", "application/json");
    static final String STREAM =
            "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":100,\"stream\":true,\"messages\":[{\"role\":\"user\","
                    + "\"content\":\"Hello\"}]}";
    static final String WHOLE = STREAM.replace("\"stream\":true,", "");
    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    private final ProxyProcess process;
    private final URI address;

    private Server(ProxyProcess process) throws Exception {
        this.process = process;
        this.address = process.address();
    }

    /** Starts it and waits until it listens; calls are not tried again unless the settings say so. */
    static Server start(ProxyTarget target, URI upstream, List<String> jvmOptions, String... settings)
            throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of(
                "OPENAI_API_KEY", "sk-of-the-upstream",
                "OPENAI_BASE_URL", upstream.toString(),
                "PORT", "0",
                "LOG_LEVEL", "WARNING",
                "MAX_RETRIES", "0"));
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        Server server = new Server(ProxyProcess.start(target.command(jvmOptions), environment, true));
        for (int i = 0; i < 20; i++) {
            server.get("/health");
        }
        return server;
    }

    ProxyProcess process() {
        return process;
    }

    TestClient connect() throws IOException {
        return TestClient.connect(address);
    }

    Response get(String path) throws IOException {
        return TestClient.call(address, "GET", path, HeaderList.of(), "");
    }

    Response post(String body) throws IOException {
        return TestClient.call(address, "POST", "/v1/messages", JSON, body);
    }

    static void send(TestClient client, String body) throws IOException {
        client.send("POST", "/v1/messages", JSON, body);
    }

    /** Kilobytes of the heap that are in use after a collection. */
    long heapAfterCollection() throws Exception {
        jcmd("GC.run");
        Thread.sleep(200);
        jcmd("GC.run");
        Matcher used = USED.matcher(jcmd("GC.heap_info"));
        if (!used.find()) {
            throw new AssertionError("jcmd does not tell the heap");
        }
        return Long.parseLong(used.group(1));
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Path program = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process run = new ProcessBuilder(program.toString(), String.valueOf(process.id()), command)
                .redirectErrorStream(true)
                .start();
        String output = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        run.waitFor();
        return output;
    }

    /** Kilobytes of memory that the process has now. */
    long memory() throws IOException {
        return status("VmRSS");
    }

    /** Kilobytes of memory that the process had at most. */
    long mostMemory() throws IOException {
        return status("VmHWM");
    }

    long threads() throws IOException {
        return status("Threads");
    }

    long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + process.id() + "/fd"))) {
            return files.count();
        }
    }

    /** How many sockets of this machine wait for a connection to a port. */
    static long connecting(int port) throws IOException {
        String remote = String.format(":%04X 02 ", port);
        long found = 0;
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            try (Stream<String> lines = Files.lines(Path.of(table))) {
                found += lines.filter(line -> line.contains(remote)).count();
            }
        }
        return found;
    }

    private long status(String name) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.id() + "/status"))) {
            if (line.startsWith(name + ":")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no " + name);
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
