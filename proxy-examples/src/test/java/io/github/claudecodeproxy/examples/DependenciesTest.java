package io.github.claudecodeproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What runs with the server is what {@code DEPENDENCIES.md} explains, and no more than was decided. */
class DependenciesTest {

    private static final Path SERVER = Path.of("../proxy-http-undertow/target/lib");
    private static final Pattern ROW =
            Pattern.compile("^\\| `([a-z0-9-]+)` \\| [^|]+ \\| [^|]+ \\|$", Pattern.MULTILINE);

    private static List<String> explained(String text) {
        return ROW.matcher(text).results().map(row -> row.group(1)).toList();
    }

    private static List<String> jars() throws IOException {
        Pattern version = Pattern.compile("-[0-9][^/]*\\.jar$");
        try (Stream<Path> files = Files.list(SERVER)) {
            return files.map(file -> file.getFileName().toString())
                    .map(version::matcher)
                    .filter(Matcher::find)
                    .map(found -> found.replaceAll(""))
                    .filter(name -> !name.startsWith("proxy-"))
                    .toList();
        }
    }

    @Test
    void everyJarOfTheServerIsExplained() throws IOException {
        String text = Files.readString(Path.of("../DEPENDENCIES.md"));
        assertThat(explained(text)).containsExactlyInAnyOrderElementsOf(jars()).hasSizeLessThanOrEqualTo(36);
        String library = text.substring(0, text.indexOf("## The server"));
        assertThat(explained(library)).hasSizeLessThanOrEqualTo(6);
    }

    @Test
    void everyNoticeIsHandedOn() throws IOException {
        String handedOn = Files.readString(Path.of("../proxy-http-undertow/src/dist/licenses/NOTICE.txt"));
        try (Stream<Path> files = Files.list(SERVER)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".jar")).toList()) {
                try (ZipFile jar = new ZipFile(file.toFile())) {
                    ZipEntry notice = jar.getEntry("META-INF/NOTICE");
                    if (notice != null) {
                        String text = new String(jar.getInputStream(notice).readAllBytes(), StandardCharsets.UTF_8);
                        assertThat(handedOn)
                                .as(file.toString())
                                .contains(text.replace("\r\n", "\n").strip());
                    }
                }
            }
        }
    }
}
