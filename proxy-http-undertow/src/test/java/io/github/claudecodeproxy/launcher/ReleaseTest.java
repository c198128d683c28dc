package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.TestClient;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script in an unpacked release: {@code bin} with {@code lib} beside it, no sources, no Maven. */
class ReleaseTest {

    private static final String JAVA_HOME = System.getProperty("java.home");

    @TempDir
    private Path directory;

    private Path lib;
    private Path script;

    @BeforeEach
    void unpack() throws IOException {
        Path home = directory.toRealPath().resolve("release");
        lib = Files.createDirectories(home.resolve("lib"));
        script = Files.createDirectories(home.resolve("bin")).resolve("claude-code-proxy");
        Files.copy(Path.of("../bin/claude-code-proxy"), script);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry).toAbsolutePath();
            if (Files.isRegularFile(path)) {
                add(path, lib.resolve(path.getFileName()));
            } else if (path.endsWith("target/classes")) {
                jar(path, lib.resolve(path.resolve("../..").normalize().getFileName() + "-1.jar"));
            }
        }
    }

    private static void add(Path jar, Path file) throws IOException {
        try {
            Files.createLink(file, jar);
        } catch (IOException | UnsupportedOperationException e) {
            // on another disk
            Files.copy(jar, file);
        }
    }

    private static void jar(Path classes, Path file) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest);
                Stream<Path> content = Files.walk(classes)) {
            for (Path path : content.filter(Files::isRegularFile).sorted().toList()) {
                jar.putNextEntry(
                        new JarEntry(classes.relativize(path).toString().replace(File.separatorChar, '/')));
                Files.copy(path, jar);
            }
        }
    }

    private LaunchedProcess start(Map<String, String> more, String... arguments) throws IOException {
        Map<String, String> environment = new TreeMap<>(Map.of(
                "PATH",
                "/usr/bin:/bin",
                "JAVA_HOME",
                JAVA_HOME,
                "HOME",
                directory.resolve("somebody").toString(),
                "PORT",
                "0"));
        environment.putAll(more);
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        return LaunchedProcess.run(directory, environment, command);
    }

    private static void answers(LaunchedProcess process) throws Exception {
        String call = "{\"model\":\"claude-opus-4-5\",\"max_tokens\":9,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
        HeaderList headers = HeaderList.of("content-type", "application/json");
        URI address = URI.create(process.url());
        assertThat(TestClient.call(address, "POST", "/v1/messages", headers, call)
                        .status())
                .isEqualTo(200);
    }

    private static void stop(LaunchedProcess process) throws Exception {
        process.terminate();
        assertThat(process.exit()).isZero();
        assertThat(process.out()).noneMatch(line -> line.contains("[warning]") || line.contains("[error]"));
        assertThat(process.err()).allMatch(line -> line.contains("CallRecord"));
    }

    private static List<Path> archives(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().contains(".jsa"))
                    .toList();
        }
    }

    @Test
    void whatTwoServersHaveLoadedIsSharedByTheNext() throws Exception {
        try (LaunchedProcess one = start(Map.of(), "--demo");
                LaunchedProcess two = start(Map.of(), "--demo")) {
            answers(one);
            answers(two);
            stop(one);
            stop(two);
        }
        assertThat(archives(lib)).hasSize(2);

        Path loaded = directory.resolve("loaded");
        try (LaunchedProcess third = start(Map.of("JAVA_OPTS", "-Xlog:class+load:file=" + loaded), "--demo")) {
            answers(third);
            stop(third);
        }
        assertThat(archives(lib))
                .singleElement()
                .asString()
                .matches(".*-java-" + Runtime.version().feature() + "-\\d+\\.jsa");
        try (Stream<String> lines = Files.lines(loaded)) {
            assertThat(lines.filter(line -> line.contains(Launcher.class.getName() + " source:")))
                    .singleElement()
                    .asString()
                    .contains("shared objects file");
        }
    }

    @Test
    void theHeapMayBeSmallerThanOurs() throws Exception {
        for (String limit : List.of("-Xmx64m", "-Xmx150m", "-XX:MaxHeapSize=64m")) {
            try (LaunchedProcess server = start(Map.of("JAVA_OPTS", limit), "--demo")) {
                answers(server);
                stop(server);
            }
        }
    }

    @Test
    void aFolderThatMayNotBeWrittenIsLeftAlone() throws Exception {
        Files.setPosixFilePermissions(lib, PosixFilePermissions.fromString("r-xr-xr-x"));
        Path cache = directory.resolve("cache");
        try (LaunchedProcess server = start(Map.of("XDG_CACHE_HOME", cache.toString()), "--demo")) {
            answers(server);
            stop(server);
        } finally {
            Files.setPosixFilePermissions(lib, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        // The superuser may write everywhere.
        assertThat(archives(Files.exists(cache) ? cache.resolve("claude-code-proxy") : lib))
                .hasSize(1);
    }

    @Test
    void whatIsNoServerLeavesNothingBehindNorWhatIsToldNotTo() throws Exception {
        try (LaunchedProcess process = start(Map.of(), "--version")) {
            assertThat(process.exit()).isZero();
            assertThat(process.out()).first().asString().startsWith("claude-code-proxy ");
            assertThat(process.err()).isEmpty();
        }
        try (LaunchedProcess process = start(Map.of("CLAUDE_CODE_PROXY_CDS", "off"), "--demo")) {
            answers(process);
            stop(process);
        }
        assertThat(archives(lib)).isEmpty();
    }

    @Test
    void saysThatAJavaRuntimeIsMissing() throws Exception {
        Path programs = Files.createDirectories(directory.resolve("programs"));
        Path dirname = Files.writeString(programs.resolve("dirname"), "#!/bin/sh\nexec /usr/bin/dirname \"$@\"\n");
        Files.setPosixFilePermissions(dirname, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (LaunchedProcess process = start(Map.of("PATH", programs.toString(), "JAVA_HOME", ""), "--demo")) {
            assertThat(process.exit()).isEqualTo(1);
            assertThat(process.out()).isEmpty();
            assertThat(process.err())
                    .containsExactly(
                            "claude-code-proxy: java was not found: install a Java runtime, version 17 or newer,"
                                    + " or set JAVA_HOME");
        }
    }
}
