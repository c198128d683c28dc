package io.github.claudecodeproxy.sse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SseEncoderTest {

    private static final byte[] JSON = "{\"type\":\"ping\"}".getBytes(StandardCharsets.UTF_8);

    @Test
    void framesOneEvent() {
        assertThat(new String(SseEncoder.frame("ping", JSON), StandardCharsets.UTF_8))
                .isEqualTo("event: ping\ndata: {\"type\":\"ping\"}\n\n");
    }

    @Test
    void drainsWhatWasAppendedOnce() {
        SseEncoder encoder = new SseEncoder();
        assertThat(encoder.isEmpty()).isTrue();
        encoder.append("a", JSON);
        encoder.append("b", JSON);
        assertThat(encoder.isEmpty()).isFalse();
        assertThat(text(encoder.drain()))
                .isEqualTo("event: a\ndata: {\"type\":\"ping\"}\n\nevent: b\ndata: {\"type\":\"ping\"}\n\n");
        assertThat(encoder.isEmpty()).isTrue();
        assertThat(encoder.drain().hasRemaining()).isFalse();
    }

    @Test
    void whatWasDrainedStays() {
        SseEncoder encoder = new SseEncoder();
        encoder.append("a", JSON);
        ByteBuffer drained = encoder.drain();
        encoder.append("b", JSON);
        assertThat(text(drained)).startsWith("event: a\n");
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }
}
