package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.claudecodeproxy.http.ProxySettings;
import io.github.claudecodeproxy.http.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {

    @TempDir
    Path directory;

    @Test
    void everyNameOfTheEngineIsOneOfOurs() {
        assertThat(Variables.NAMES).containsAll(ProxySettings.variables());
    }

    @Test
    void theEnvironmentWinsOverTheFileInTheDirectory() throws IOException {
        write(".env", "BIG_MODEL=file\nSMALL_MODEL=file\n");

        Configuration read = read(Map.of("BIG_MODEL", "environment", "PATH", "/bin"));

        assertThat(read.settings())
                .containsOnly(
                        Map.entry("BIG_MODEL", new Configuration.Setting("environment", "environment")),
                        Map.entry("SMALL_MODEL", new Configuration.Setting("file", ".env")));
        assertThat(read.warnings())
                .singleElement()
                .asString()
                .startsWith("BIG_MODEL is set in environment and, differently, in .env: environment wins");
    }

    @Test
    void aNamedFileWinsOverTheEnvironmentAndReplacesTheOtherFile() throws IOException {
        write(".env", "MIDDLE_MODEL=other\n");
        write("my.env", "BIG_MODEL=file\nPORT=1\n");

        Configuration read = read(Map.of("BIG_MODEL", "environment", "PORT", "1"), "--env", "my.env");

        assertThat(read.settings().get("BIG_MODEL")).isEqualTo(new Configuration.Setting("file", "--env my.env"));
        assertThat(read.value("MIDDLE_MODEL")).isNull();
        assertThat(read.warnings()).hasSize(1).allMatch(warning -> warning.contains("--env my.env wins"));
    }

    @Test
    void anExportedKeyIsNotSentToTheProviderOfTheNamedFile() throws IOException {
        write("other.env", "OPENAI_BASE_URL=http://localhost:11434/v1\n");
        Map<String, String> environment =
                Map.of("OPENAI_API_KEY", "canary", "CUSTOM_HEADER_AUTHORIZATION", "canary", "LOG_LEVEL", "DEBUG");

        Configuration read = read(environment, "--env", "other.env");

        assertThat(read.variables()).containsOnlyKeys("OPENAI_BASE_URL", "LOG_LEVEL");
        assertThat(read.warnings()).hasSize(2).allMatch(warning -> warning.contains("is not used"));
    }

    @Test
    void anExportedKeyGoesWithTheExportedAddress() throws IOException {
        write("mine.env", "BIG_MODEL=x\n");

        Configuration read = read(Map.of("OPENAI_API_KEY", "k"), "--env", "mine.env");

        assertThat(read.value("OPENAI_API_KEY")).isEqualTo("k");
    }

    @Test
    void aNamedFileMustExist() {
        assertThatThrownBy(() -> read(Map.of(), "--env", "absent.env"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("absent.env");
    }

    @Test
    void anEmptyValueHidesAWeakerOne() throws IOException {
        write(".env", "ANTHROPIC_API_KEY=canary\n");

        Configuration read = read(Map.of("ANTHROPIC_API_KEY", ""));

        assertThat(read.settings()).isEmpty();
        assertThat(read.warnings()).hasSize(1).noneMatch(warning -> warning.contains("canary"));
    }

    @Test
    void unknownNamesOfTheFileAreWarnedAbout() throws IOException {
        write(
                ".env",
                "BIG_MODLE=a\nopenai_api_key=canary\nOPENAI_API_KE=canary\nDATABASE_URL=canary\nCUSTOM_HEADER_A=b\n");

        Configuration read = read(Map.of("SOMETHING_ELSE", "x"));

        assertThat(read.warnings())
                .anyMatch(warning -> warning.startsWith("BIG_MODLE") && warning.contains("did you mean BIG_MODEL?"))
                .anyMatch(warning -> warning.startsWith("openai_api_key") && warning.contains("OPENAI_API_KEY?"))
                .anyMatch(warning -> warning.startsWith("OPENAI_API_KE ") && warning.contains("OPENAI_API_KEY?"))
                .anyMatch(warning -> warning.contains("DATABASE_URL"))
                .noneMatch(warning -> warning.contains("canary") || warning.contains("SOMETHING_ELSE"))
                .hasSize(4);
    }

    @Test
    void theDemoTakesOnlyWhereToListen() throws IOException {
        write(".env", "not a line\nOPENAI_API_KEY=canary\nPORT=9000\nDATABASE_URL=x\n");

        Configuration read = read(Map.of("OPENAI_BASE_URL", "ftp:", "ANTHROPIC_API_KEY", "k"), "--demo");

        assertThat(read.variables()).containsOnlyKeys("PORT");
        assertThat(read.problems()).isEmpty();
        assertThat(read.warnings()).singleElement().asString().startsWith(".env line 1:");
    }

    @Test
    void malformedLinesAreProblems() throws IOException {
        write(".env", "not a line\n");

        assertThat(read(Map.of()).problems()).singleElement().asString().startsWith(".env line 1:");
    }

    private Configuration read(Map<String, String> environment, String... arguments) {
        return Configuration.read(Options.parse(List.of(arguments)), environment, directory);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }
}
