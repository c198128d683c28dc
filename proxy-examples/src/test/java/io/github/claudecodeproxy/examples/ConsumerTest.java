package io.github.claudecodeproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An application outside of the build compiles and runs with the jars that the build made. {@code e2e/consumer.sh} does the
 * same with Maven, from an empty local repository.
 */
class ConsumerTest {

    /** The bill itself, and what is for whoever works on the project. */
    private static final List<String> NOT_PUBLISHED = List.of("proxy-bom", "proxy-examples", "proxy-benchmarks");

    private static final Path SOURCES = Path.of("../e2e/consumer/src/main/java");
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin");
    private static final Pattern MODULE = Pattern.compile("<module>(.*?)</module>");

    @TempDir
    private Path classes;

    private static String jars() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.matches(
                                ".*(proxy-core|proxy-http-undertow|jackson-|slf4j-api|logback|undertow|xnio|jboss|wildfly|smallrye|jspecify).*")
                        && !entry.contains("test"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private String run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(JAVA.resolve(program).toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(printed).isZero();
        return printed;
    }

    private String source(String name) {
        return SOURCES.resolve(name).toString();
    }

    @Test
    void onTheClassPath() throws Exception {
        run("javac", "-d", classes.toString(), "-cp", jars(), source("consumer/Consumer.java"));
        String printed = run("java", "-cp", classes + File.pathSeparator + jars(), "consumer.Consumer");
        assertThat(printed).contains("\"text\":\"Good day.\"", "on the class path");
        assertThat(run("java", "-cp", jars(), "io.github.claudecodeproxy.launcher.Launcher", "--version"))
                .startsWith("claude-code-proxy");
    }

    @Test
    void onTheModulePath() throws Exception {
        run(
                "javac",
                "-d",
                classes.toString(),
                "-p",
                jars(),
                source("module-info.java"),
                source("consumer/Consumer.java"));
        String printed = run("java", "-p", classes + File.pathSeparator + jars(), "-m", "consumer/consumer.Consumer");
        assertThat(printed).contains("\"text\":\"Good day.\"", "on the module path");
    }

    @Test
    void theBillOfMaterialsNamesWhatIsPublished() throws IOException {
        String bill = Files.readString(Path.of("../proxy-bom/pom.xml"));
        List<String> modules =
                modules().filter(name -> !NOT_PUBLISHED.contains(name)).toList();
        assertThat(modules).hasSizeGreaterThan(3);
        assertThat(modules).allMatch(name -> bill.contains("<artifactId>" + name + "</artifactId>"));
        // a parent would hand on the versions of everything else
        assertThat(bill).doesNotContain("<parent>");
    }

    /** Maven reads all modules, also to build one of them. */
    @Test
    void theImageIsBuiltFromAllModules() throws IOException {
        String context = Files.readString(Path.of("../.dockerignore"));
        assertThat(modules()).allMatch(name -> context.contains("\n!" + name + "/\n"));
    }

    private static Stream<String> modules() throws IOException {
        return MODULE.matcher(Files.readString(Path.of("../pom.xml")))
                .results()
                .map((MatchResult match) -> match.group(1));
    }
}
