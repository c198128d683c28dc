package io.github.claudecodeproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.claude.ClaudeEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExamplesTest {

    private static final String REQUEST = """
            {"model": "claude-haiku-4-5", "max_tokens": 100, "stream": %s,
             "messages": [{"role": "user", "content": "Hello"}]}""";

    @Test
    void translatesAMessage() {
        String answer = text(new TranslateMessage().answer(bytes(REQUEST.formatted(false)), body -> {
            assertThat(text(body)).contains("\"model\":\"qwen3:8b\"").contains("\"content\":\"Hello\"");
            return bytes("""
                    {"choices": [{"message": {"role": "assistant", "content": "Good day."}, "finish_reason": "stop"}],
                     "usage": {"prompt_tokens": 9, "completion_tokens": 3}}""");
        }));
        assertThat(answer)
                .contains("\"model\":\"claude-haiku-4-5\"")
                .contains("{\"type\":\"text\",\"text\":\"Good day.\"}")
                .contains("\"stop_reason\":\"end_turn\"");
    }

    @Test
    void translatesAStream() {
        List<String> types = new ArrayList<>();
        new TranslateStream()
                .answer(
                        bytes(REQUEST.formatted(true)),
                        body -> Stream.of(
                                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Good day.\"}}]}",
                                "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}",
                                "[DONE]"),
                        (ClaudeEvent event) -> types.add(event.type()));
        assertThat(types)
                .containsExactly(
                        "message_start",
                        "content_block_start",
                        "content_block_delta",
                        "content_block_stop",
                        "message_delta",
                        "message_stop");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
