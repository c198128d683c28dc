package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void nothingServes() {
        assertThat(Options.parse(List.of())).isEqualTo(new Options(Options.Action.SERVE, false, null, List.of()));
    }

    @Test
    void optionsCombine() {
        assertThat(Options.parse(List.of("--demo", "--check", "--env", "a.env")))
                .isEqualTo(new Options(Options.Action.CHECK, true, "a.env", List.of()));
        assertThat(Options.parse(List.of("--env=b.env")).environmentFile()).isEqualTo("b.env");
    }

    @Test
    void helpWinsOverTheRest() {
        assertThat(Options.parse(List.of("--check", "--help")).action()).isEqualTo(Options.Action.HELP);
        assertThat(Options.parse(List.of("--version")).action()).isEqualTo(Options.Action.VERSION);
    }

    @Test
    void whatIsNotUnderstoodIsNamed() {
        assertThatThrownBy(() -> Options.parse(List.of("--dmeo")))
                .isInstanceOf(Options.UsageException.class)
                .hasMessageContaining("--dmeo")
                .hasMessageContaining("--help");
        assertThatThrownBy(() -> Options.parse(List.of("--env"))).isInstanceOf(Options.UsageException.class);
        assertThatThrownBy(() -> Options.parse(List.of("a\n\u001b[2Jb"))).hasMessageContaining("a\\n\\u001b[2Jb");
    }

    @Test
    void whatFollowsCodeIsForClaudeCode() {
        assertThat(Options.parse(List.of("--env", "my.env", "code", "-p", "--demo", "--help")))
                .isEqualTo(new Options(Options.Action.CODE, false, "my.env", List.of("-p", "--demo", "--help")));
        assertThatThrownBy(() -> Options.parse(List.of("--check", "code"))).hasMessageContaining("do not go together");
    }
}
