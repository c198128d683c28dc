package io.github.claudecodeproxy.sse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Neither the split of the bytes nor the kind of line ends changes what is decoded. */
class SseDecoderProperties {

    @Property(tries = 500)
    void noSplitMatters(@ForAll("bodies") String body, @ForAll("lineEnds") String lineEnd, @ForAll long seed) {
        byte[] bytes = body.replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);
        assertThat(DecodedEvents.of(split(bytes, new Random(seed)))).isEqualTo(expected(body));
    }

    @Property(tries = 200)
    void whatIsEncodedIsDecoded(@ForAll List<String> texts) {
        SseEncoder encoder = new SseEncoder();
        List<String> expected = new ArrayList<>();
        for (String text : texts) {
            String line =
                    new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).replaceAll("[\r\n]", "");
            encoder.append("event", line.getBytes(StandardCharsets.UTF_8));
            expected.add("event|" + line);
        }
        assertThat(DecodedEvents.of(List.of(encoder.drain()))).isEqualTo(expected);
    }

    @Provide
    Arbitrary<String> bodies() {
        Arbitrary<String> lines = Arbitraries.of(
                "data: a",
                "data:b",
                "data",
                "data: {\"t\":\"\u00FC\uD83D\uDE00\"}",
                "event: e",
                "event:",
                ": c",
                "id: 1",
                "x",
                "",
                "",
                "");
        return lines.list()
                .ofMaxSize(30)
                .map(list -> String.join("\n", list))
                .flatMap(text -> Arbitraries.of("", "\uFEFF").map(mark -> mark + text));
    }

    @Provide
    Arbitrary<String> lineEnds() {
        return Arbitraries.of("\n", "\r\n", "\r");
    }

    private static List<ByteBuffer> split(byte[] bytes, Random random) {
        List<ByteBuffer> pieces = new ArrayList<>();
        for (int from = 0; from < bytes.length; ) {
            int to = Math.min(bytes.length, from + random.nextInt(12));
            ByteBuffer piece = ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, to));
            pieces.add(random.nextBoolean() ? piece : piece.asReadOnlyBuffer());
            from = to;
        }
        return pieces;
    }

    /** The standard's rules, said once more on text: a slow second opinion. */
    private static List<String> expected(String body) {
        String text = body.startsWith("\uFEFF") ? body.substring(1) : body;
        List<String> events = new ArrayList<>();
        List<String> data = new ArrayList<>();
        String name = "";
        for (String line : (text + "\n\n").split("\n", -1)) {
            String value = line.replaceFirst("^[a-z]*:? ?", "");
            if (line.equals("data") || line.startsWith("data:")) {
                data.add(value);
            } else if (line.startsWith("event:")) {
                name = value;
            } else if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    events.add(name + "|" + String.join("\n", data));
                }
                data.clear();
                name = "";
            }
        }
        return events;
    }
}
