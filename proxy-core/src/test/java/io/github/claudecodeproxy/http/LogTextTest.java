package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogTextTest {

    @Test
    void whatCouldForgeALineOrDriveATerminalIsEscaped() {
        assertThat(LogText.of("a\r\nb\u001b[31mc\u0085d\u2028e\u202ef\u007f"))
                .isEqualTo("a\\u000d\\u000ab\\u001b[31mc\\u0085d\\u2028e\\u202ef\\u007f");
    }

    @Test
    void plainTextStays() {
        assertThat(LogText.of("gpt-4o \u00e9\u4e2d\ud83d\ude00")).isEqualTo("gpt-4o \u00e9\u4e2d\ud83d\ude00");
    }

    @Test
    void longTextIsCut() {
        assertThat(LogText.of("x".repeat(1_000_000))).hasSizeLessThan(300).endsWith("...");
    }
}
