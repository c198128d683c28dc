package io.github.claudecodeproxy.servlet;

import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.TestClient;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An unpacked distribution of Tomcat, started and stopped by its own scripts. Used by one thread. */
final class TomcatInstallation implements AutoCloseable {

    private static final boolean WINDOWS =
            System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows");
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(90);

    private final Path home;
    private final int port = freePort();
    private boolean running;

    /** The one that was unpacked into this folder, on free ports of this machine only. */
    static TomcatInstallation in(Path folder) throws IOException {
        try (Stream<Path> unpacked = Files.list(folder)) {
            TomcatInstallation found =
                    new TomcatInstallation(unpacked.findFirst().orElseThrow());
            found.forgetLogs();
            return found;
        }
    }

    private void forgetLogs() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("logs"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.deleteIfExists(home.resolve("pid"));
    }

    private TomcatInstallation(Path home) throws IOException {
        this.home = home.toAbsolutePath();
        Path configuration = home.resolve("conf/server.xml");
        Path original = home.resolve("conf/server.xml.original");
        if (!Files.exists(original)) {
            Files.copy(configuration, original);
        }
        Files.writeString(
                configuration,
                Files.readString(original)
                        .replace("port=\"8080\"", "port=\"" + port + "\" address=\"127.0.0.1\"")
                        .replace("port=\"8005\"", "port=\"" + freePort() + "\""));
    }

    /** Deploys a WAR as a context, with settings of its own and time for its calls when Tomcat stops. */
    void deploy(String name, Path war, Duration grace, Map<String, String> settings) throws IOException {
        StringBuilder context = new StringBuilder(
                "<Context docBase=\"" + war.toAbsolutePath() + "\" unloadDelay=\"" + grace.toMillis() + "\">\n");
        settings.forEach((key, value) -> context.append("  <Parameter name=\"")
                .append(key)
                .append("\" value=\"")
                .append(value)
                .append("\" override=\"false\"/>\n"));
        Path folder = Files.createDirectories(home.resolve("conf/Catalina/localhost"));
        Files.writeString(folder.resolve(name + ".xml"), context + "</Context>\n");
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Starts it and waits until a path is answered with 200. */
    void start(String path) throws IOException, InterruptedException {
        running = true;
        script("startup");
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!answers(path)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Tomcat does not answer:\n" + log());
            }
            Thread.sleep(100);
        }
    }

    private boolean answers(String path) {
        try {
            return TestClient.call(address(), "GET", path, HeaderList.of(), "").status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Tells it to stop; it may still be busy with that afterwards. */
    void stop() throws IOException, InterruptedException {
        script("shutdown");
    }

    /** Whether its process has ended by itself. */
    boolean awaitEnd() throws InterruptedException, IOException {
        long id = Long.parseLong(Files.readString(home.resolve("pid")).strip());
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (ProcessHandle.of(id).map(ProcessHandle::isAlive).orElse(false)) {
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.sleep(50);
        }
        running = false;
        return true;
    }

    /** All that it and the applications wrote. */
    String log() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(home.resolve("logs"))) {
            for (Path file : files.toList()) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }

    private void script(String name) throws IOException, InterruptedException {
        Path program = home.resolve("bin").resolve(name + (WINDOWS ? ".bat" : ".sh"));
        ProcessBuilder builder = new ProcessBuilder(List.of(program.toString()));
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(variable -> variable.startsWith("CATALINA") || variable.endsWith("API_KEY"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("JRE_HOME", System.getProperty("java.home"));
        environment.put("CATALINA_HOME", home.toString());
        environment.put("CATALINA_PID", home.resolve("pid").toString());
        builder.redirectErrorStream(true)
                .redirectOutput(home.resolve("logs/" + name + ".txt").toFile());
        if (!builder.start().waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError(name + " does not end");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        if (running) {
            Path pid = home.resolve("pid");
            if (Files.exists(pid)) {
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
                        .ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }
}
