package io.github.claudecodeproxy.testkit.bars;

import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.fault.ProxyProcess;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** O1: from the start of the process to the first "ready", out of jars, without and with a class-data archive. */
final class StartUp implements Bar {

    private static final int RUNS = 9;
    private static final Map<String, String> SETTINGS = Map.of("OPENAI_API_KEY", "sk-of-the-upstream", "PORT", "0");

    @Override
    public List<Figure> measure(ProxyTarget target) throws Exception {
        Path folder = Files.createTempDirectory("start");
        Path archive = folder.resolve("classes.jsa");
        List<String> plain = ofJars(target.command(Server.AS_SHIPPED), folder);
        Times without = new Times();
        for (int i = 0; i < RUNS; i++) {
            without.add(ready(plain));
        }
        ready(with("-XX:ArchiveClassesAtExit=" + archive, plain));
        List<String> archived = with("-XX:SharedArchiveFile=" + archive, plain);
        Times with = new Times();
        for (int i = 0; i < RUNS; i++) {
            with.add(ready(archived));
        }
        return List.of(
                Figure.atMost("ready after the start, median of " + RUNS, without.percentile(0.5), 1500, " ms"),
                Figure.told("the same, most", Math.round(without.most()) + " ms"),
                Figure.atMost("the same with class-data sharing, median", with.percentile(0.5), 1000, " ms"),
                Figure.told("the same, most", Math.round(with.most()) + " ms"));
    }

    /** Milliseconds until it says that it is ready; it is ended in order, so that it may write its archive. */
    private static double ready(List<String> command) throws Exception {
        long begun = System.nanoTime();
        try (ProxyProcess process = ProxyProcess.start(command, SETTINGS, true)) {
            if (TestClient.call(process.address(), "GET", "/readyz", HeaderList.of(), "")
                            .status()
                    != 200) {
                throw new AssertionError("it listens and is not ready");
            }
            double millis = Times.since(begun);
            process.terminate();
            process.exit();
            return millis;
        }
    }

    private static List<String> with(String option, List<String> command) {
        List<String> longer = new ArrayList<>(command);
        longer.add(1, option);
        return longer;
    }

    /** The command with each folder of its class path packed into a jar, as a release has it: an archive takes no folders. */
    private static List<String> ofJars(List<String> command, Path folder) throws IOException {
        List<String> packed = new ArrayList<>(command);
        int classPath = packed.indexOf("-cp") + 1;
        List<String> entries = new ArrayList<>();
        for (String entry : packed.get(classPath).split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                path = pack(path, folder.resolve(entries.size() + ".jar"));
            }
            if (Files.exists(path)) {
                entries.add(path.toString());
            }
        }
        packed.set(classPath, String.join(File.pathSeparator, entries));
        return packed;
    }

    private static Path pack(Path folder, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.filter(Files::isRegularFile).collect(Collectors.toList())) {
                out.putNextEntry(new JarEntry(folder.relativize(path).toString().replace('\\', '/')));
                Files.copy(path, out);
            }
        }
        return jar;
    }
}
