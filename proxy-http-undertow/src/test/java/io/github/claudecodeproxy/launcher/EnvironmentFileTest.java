package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentFileTest {

    @Test
    void readsWhatPeopleWrite() {
        Map<String, String> values = values("""
                # a comment
                   # an indented one

                PLAIN=value
                BLANKS = around it\s\s
                export EXPORTED=yes
                DOUBLE="with # and blanks " # comment
                SINGLE='no \\n escapes "here"'
                ESCAPES="a\\"b\\\\c\\nd\\q"
                COMMENTED=value # a comment
                EMPTY=
                ONLY_COMMENT= # nothing
                HASH=sk-a#b
                EQUALS=a=b==
                """);

        assertThat(values)
                .containsExactly(
                        entry("PLAIN", "value"),
                        entry("BLANKS", "around it"),
                        entry("EXPORTED", "yes"),
                        entry("DOUBLE", "with # and blanks "),
                        entry("SINGLE", "no \\n escapes \"here\""),
                        entry("ESCAPES", "a\"b\\c\nd\\q"),
                        entry("COMMENTED", "value"),
                        entry("EMPTY", ""),
                        entry("ONLY_COMMENT", ""),
                        entry("HASH", "sk-a#b"),
                        entry("EQUALS", "a=b=="));
    }

    @Test
    void anyLineEndAndByteOrderMark() {
        assertThat(values("\uFEFFA=1\r\nB=2\rC=3\nD=4"))
                .containsExactly(entry("A", "1"), entry("B", "2"), entry("C", "3"), entry("D", "4"));
    }

    @Test
    void lastLineOfANameWins() {
        assertThat(values("A=1\nA=2")).containsExactly(entry("A", "2"));
    }

    @Test
    void malformedLinesAreNamedByNumberAndNeverShown() {
        EnvironmentFile file = EnvironmentFile.parse(
                "GOOD=1\n\nsk-canary\nOPEN=\"sk-canary\nTWICE='sk'canary'\nsk canary=1\n", ".env");

        assertThat(file.values()).containsExactly(entry("GOOD", "1"));
        assertThat(file.problems()).hasSize(4).noneMatch(problem -> problem.contains("canary"));
        assertThat(file.problems().get(0)).startsWith(".env line 3:").contains("no =");
        assertThat(file.problems().get(1)).startsWith(".env line 4:").contains("quotes");
        assertThat(file.problems().get(2)).startsWith(".env line 5:").contains("quotes");
        assertThat(file.problems().get(3)).startsWith(".env line 6:").contains("name");
    }

    @Test
    void anAbsentFileIsNoProblemButAFolderIs(@TempDir Path folder) throws Exception {
        assertThat(EnvironmentFile.readIfPresent(folder.resolve(".env"), ".env"))
                .isEmpty();
        Files.createDirectory(folder.resolve(".env"));
        assertThat(EnvironmentFile.readIfPresent(folder.resolve(".env"), ".env")
                        .orElseThrow()
                        .problems())
                .singleElement()
                .asString()
                .contains("cannot be read");
    }

    private static Map<String, String> values(String text) {
        EnvironmentFile file = EnvironmentFile.parse(text, ".env");
        assertThat(file.problems()).isEmpty();
        return file.values();
    }
}
