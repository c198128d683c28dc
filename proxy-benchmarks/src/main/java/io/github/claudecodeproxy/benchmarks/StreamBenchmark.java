package io.github.claudecodeproxy.benchmarks;

import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.translate.ClaudeOpenAiTranslator;
import io.github.claudecodeproxy.translate.StreamTranslation;
import io.github.claudecodeproxy.translate.Translation;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One event of a stream on its way back: read, translated, written as Claude's events. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StreamBenchmark {

    static final int CHUNKS = 1_000;

    /** Which of OpenAI's APIs the upstream is asked on. */
    @Param({"chat", "responses"})
    public String api = "chat";

    private List<byte[]> content = List.of();
    private List<byte[]> arguments = List.of();
    private List<byte[]> shortest = List.of();
    private Translation translation = translation("chat");
    private StreamTranslation stream = translation.stream(event -> {});
    private long written;

    private static Translation translation(String api) {
        ClaudeOpenAiTranslator translator = Upstreams.translator(api);
        return translator.translate(translator.parse(Bodies.request(120 << 10)), Map.of());
    }

    /** Makes the answers. */
    @Setup
    public void make() {
        translation = translation(api);
        Bodies.Answer answer = Bodies.answer(api);
        content = IntStream.range(0, CHUNKS).mapToObj(answer.content()).toList();
        arguments = Stream.concat(
                        Stream.of(answer.call().get()),
                        IntStream.range(1, CHUNKS).mapToObj(answer.argument()))
                .toList();
        shortest = Stream.concat(Stream.of(answer.content().apply(0)), answer.end().stream())
                .toList();
    }

    /** A stream of its own for each measured piece. */
    @Setup(Level.Invocation)
    public void begin() {
        stream = translation.stream(event -> written += ClaudeJson.bytes(event).length);
    }

    /** Pieces of text. */
    @Benchmark
    @OperationsPerInvocation(CHUNKS)
    public long content() {
        return read(content);
    }

    /** Pieces of a call's arguments. */
    @Benchmark
    @OperationsPerInvocation(CHUNKS)
    public long arguments() {
        return read(arguments);
    }

    /** The shortest answer: one piece of text and the end, with the usage. */
    @Benchmark
    public long shortest() {
        return read(shortest);
    }

    private long read(List<byte[]> events) {
        for (byte[] event : events) {
            stream.data(event, 0, event.length);
        }
        return written;
    }
}
