package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.ClaudeJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every case of the list is shown by a trip of that name, or by a test that says so. */
class CaseListTest {

    private static final Path TRIPS = Path.of("src", "test", "resources", "trips");
    private static final Pattern ANNOTATION = Pattern.compile("@Case\\(([^)]*)\\)");
    private static final Pattern ID = Pattern.compile("\"([A-Z]\\d\\d)\"");
    private static final Pattern FOLDER = Pattern.compile("([A-Z]\\d\\d)-.*");

    @Test
    void everyCaseHasATest() throws IOException {
        Set<String> missing = cases();
        missing.removeAll(shownByTrips());
        missing.removeAll(shownByTests());
        assertThat(missing).as("cases without a test").isEmpty();
    }

    @Test
    void everyIdIsOfTheList() throws IOException {
        assertThat(cases()).hasSize(121).containsAll(shownByTrips()).containsAll(shownByTests());
    }

    private static Set<String> cases() throws IOException {
        Set<String> ids = new TreeSet<>();
        JsonNode cases = ClaudeJson.mapper().readTree(Files.readAllBytes(TRIPS.resolve("cases.json")));
        cases.properties().forEach(one -> {
            assertThat(one.getValue().asText()).as(one.getKey()).isNotBlank();
            ids.add(one.getKey());
        });
        return ids;
    }

    private static Set<String> shownByTrips() throws IOException {
        try (Stream<Path> folders = Files.list(TRIPS)) {
            Set<String> ids = new TreeSet<>();
            folders.filter(folder -> Files.exists(folder.resolve("case.json")))
                    .map(folder -> FOLDER.matcher(folder.getFileName().toString()))
                    .filter(Matcher::matches)
                    .forEach(name -> ids.add(name.group(1)));
            return ids;
        }
    }

    private static Set<String> shownByTests() throws IOException {
        Set<String> ids = new TreeSet<>();
        for (Path source : sources()) {
            Matcher annotation = ANNOTATION.matcher(Files.readString(source));
            while (annotation.find()) {
                Matcher id = ID.matcher(annotation.group(1));
                while (id.find()) {
                    ids.add(id.group(1));
                }
            }
        }
        return ids;
    }

    /** The tests of all modules, and the suites of the testkit. */
    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.find(
                Path.of(".."),
                30,
                (file, attributes) -> attributes.isRegularFile()
                        && file.toString().endsWith(".java")
                        && (file.startsWith(Path.of("..", "proxy-testkit"))
                                || file.toString()
                                        .contains("src" + file.getFileSystem().getSeparator() + "test")))) {
            return files.toList();
        }
    }
}
