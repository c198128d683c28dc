package io.github.claudecodeproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is exported and opened suffices for somebody who puts the core on the module path. */
class ModulePathTest {

    @Test
    void theExamplesRunFromTheModulePath() throws Exception {
        String modules = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.matches(
                        ".*(proxy-examples.target.classes|proxy-core|proxy-servlet|jackson-|slf4j-api|jspecify|"
                                + "tomcat-).*"))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-p",
                        modules,
                        "-m",
                        "io.github.claudecodeproxy.examples/io.github.claudecodeproxy.examples.RunExamples")
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(printed).contains("Good day.").endsWith("message_delta\nmessage_stop\n");
        assertThat(process.exitValue()).isZero();
    }
}
