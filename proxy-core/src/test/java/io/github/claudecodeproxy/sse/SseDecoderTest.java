package io.github.claudecodeproxy.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SseDecoderTest {

    static Stream<Arguments> bodies() {
        return Stream.of(
                arguments("", List.of()),
                arguments("data: a\n\n", List.of("|a")),
                arguments("data:a\n\n", List.of("|a")),
                arguments("data:  a \n\n", List.of("| a ")),
                arguments("data: a\r\n\r\ndata: b\r\n\r\n", List.of("|a", "|b")),
                arguments("data: a\r\rdata: b\r\r", List.of("|a", "|b")),
                arguments("data: a\r\n\ndata: b\n\r\n", List.of("|a", "|b")),
                arguments("data: a\ndata: b\ndata:\n\n", List.of("|a\nb\n")),
                arguments("event: delta\ndata: a\n\ndata: b\n\n", List.of("delta|a", "|b")),
                arguments("data: a\nevent: late\n\n", List.of("late|a")),
                arguments("event: a\nevent: b\ndata: c\n\n", List.of("b|c")),
                arguments("event:\ndata: a\n\n", List.of("|a")),
                arguments("event: nothing\n\ndata: a\n\n", List.of("|a")),
                arguments(": ping\n\n:\n\n: a: b\ndata: a\n\n", List.of("|a")),
                arguments("\n\n\ndata: a\n\n\n\n", List.of("|a")),
                arguments("id: 1\nretry: 5\nfoo: bar\nfoo\ndata: a\n\n", List.of("|a")),
                arguments("dat: a\ndata2: b\n data: c\nDATA: d\n\n", List.of()),
                arguments("data\n\n", List.of("|")),
                arguments("data:\n\n", List.of("|")),
                arguments("data: {\"a\":\"b: c\"}\n\n", List.of("|{\"a\":\"b: c\"}")),
                arguments("\uFEFFdata: a\n\n\uFEFFdata: b\n\n", List.of("|a")),
                arguments(
                        "data: \uFEFFgr\u00FC\u00DFe \uD83D\uDE00\n\n", List.of("|\uFEFFgr\u00FC\u00DFe \uD83D\uDE00")),
                arguments("data: a\n\ndata: b\n", List.of("|a", "|b")),
                arguments("data: a\n\ndata: b", List.of("|a", "|b")),
                arguments("data: a\n\nevent: b", List.of("|a")),
                arguments("data: [DONE]\n\n", List.of("|[DONE]")));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void decodesWhole(String body, List<String> expected) {
        assertThat(DecodedEvents.of(body)).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void decodesByteByByte(String body, List<String> expected) {
        List<ByteBuffer> bytes = new ArrayList<>();
        for (byte b : body.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(ByteBuffer.wrap(new byte[] {b}));
        }
        assertThat(DecodedEvents.of(bytes)).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void decodesAtEverySplit(String body, List<String> expected) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        for (int split = 0; split <= bytes.length; split++) {
            ByteBuffer first = ByteBuffer.wrap(bytes.clone(), 0, split);
            ByteBuffer second = ByteBuffer.wrap(bytes.clone(), split, bytes.length - split);
            assertThat(DecodedEvents.of(List.of(first, second)))
                    .as("split at %d", split)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void decodesReadOnlyAndDirectBuffers(String body, List<String> expected) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        assertThat(DecodedEvents.of(List.of(direct))).isEqualTo(expected);
        assertThat(DecodedEvents.of(List.of(ByteBuffer.wrap(bytes).asReadOnlyBuffer())))
                .isEqualTo(expected);
    }

    @Test
    void halfAByteOrderMarkBelongsToTheFirstLine() {
        DecodedEvents decoded = new DecodedEvents();
        SseDecoder decoder = new SseDecoder(100, decoded);
        decoder.accept(ByteBuffer.wrap(new byte[] {(byte) 0xEF, (byte) 0xBB}));
        decoder.accept(ByteBuffer.wrap("data: a\n\ndata: b\n\n".getBytes(StandardCharsets.UTF_8)));
        decoder.end();
        assertThat(decoded.events()).containsExactly("|b");
    }

    @Test
    void keepsSlicesApart() {
        byte[] bytes = "XXdata: a\n\nYY".getBytes(StandardCharsets.UTF_8);
        ByteBuffer slice = ByteBuffer.wrap(bytes, 1, bytes.length - 2).slice();
        slice.position(1).limit(slice.limit() - 1);
        DecodedEvents decoded = new DecodedEvents();
        SseDecoder decoder = new SseDecoder(100, decoded);
        decoder.accept(slice);
        decoder.end();
        assertThat(decoded.events()).containsExactly("|a");
        assertThat(slice.hasRemaining()).isFalse();
    }

    @Test
    void handsOnDataWhereItLies() {
        byte[] body = "data: a\n\n".getBytes(StandardCharsets.UTF_8);
        List<byte[]> seen = new ArrayList<>();
        new SseDecoder(100, (name, data, offset, length) -> seen.add(data)).accept(ByteBuffer.wrap(body));
        assertThat(seen).hasSize(1);
        assertThat(seen.get(0)).isSameAs(body);
    }

    @Test
    void largeEventsComeWholeAndSmallOnesAfterThem() {
        String large = "x".repeat(300_000);
        assertThat(DecodedEvents.of("data: " + large.substring(1), "x\ndata: y\n", "\ndata: b", "\n\n"))
                .containsExactly("|" + large + "\ny", "|b");
    }

    @Test
    void limitsOneLine() {
        SseDecoder decoder = new SseDecoder(1000, new DecodedEvents());
        decoder.accept(ByteBuffer.wrap("data: x".repeat(100).getBytes(StandardCharsets.UTF_8)));
        assertThatThrownBy(() -> decoder.accept(ByteBuffer.wrap("x".repeat(301).getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(SseException.class)
                .hasMessageContaining("1000");
    }

    @Test
    void limitsTheLinesOfOneEvent() {
        assertThatThrownBy(() -> feed("data: xxxx\n".repeat(101))).isInstanceOf(SseException.class);
    }

    @Test
    void limitsCommentsWithoutEvents() {
        assertThatThrownBy(() -> feed(": endless\n\n".repeat(150))).isInstanceOf(SseException.class);
    }

    @Test
    void limitsEachEventAlone() {
        assertThat(feed(": comment\ndata: xxxx\n\n".repeat(1000)).events()).hasSize(1000);
        assertThat(feed("data: " + "x".repeat(994) + "\n\n").events()).hasSize(1);
    }

    private static DecodedEvents feed(String body) {
        DecodedEvents decoded = new DecodedEvents();
        SseDecoder decoder = new SseDecoder(1000, decoded);
        decoder.accept(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
        return decoded;
    }
}
