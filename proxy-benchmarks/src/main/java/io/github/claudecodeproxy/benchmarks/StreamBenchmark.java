package io.github.claudecodeproxy.benchmarks;

import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.translate.ClaudeOpenAiTranslator;
import io.github.claudecodeproxy.translate.StreamTranslation;
import io.github.claudecodeproxy.translate.Translation;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One event of a stream on its way back: read, translated, written as Claude's events. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StreamBenchmark {

    static final int CHUNKS = 1_000;

    private final byte[] content = Bodies.contentChunk();
    private final byte[] call = Bodies.callChunk();
    private final byte[] argument = Bodies.argumentChunk();
    private final byte[] finish = Bodies.finishChunk();
    private final byte[] usage = Bodies.usageChunk();
    private final Translation translation = translation();

    private StreamTranslation stream = translation.stream(event -> {});
    private long written;

    private static Translation translation() {
        ClaudeOpenAiTranslator translator = ClaudeOpenAiTranslator.builder().build();
        return translator.translate(translator.parse(Bodies.request(120 << 10)), Map.of());
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
        for (int i = 0; i < CHUNKS; i++) {
            stream.data(content, 0, content.length);
        }
        return written;
    }

    /** Pieces of a call's arguments. */
    @Benchmark
    @OperationsPerInvocation(CHUNKS)
    public long arguments() {
        stream.data(call, 0, call.length);
        for (int i = 1; i < CHUNKS; i++) {
            stream.data(argument, 0, argument.length);
        }
        return written;
    }

    /** The shortest answer: one piece of text, the finish reason, the usage, the end. */
    @Benchmark
    public long shortest() {
        stream.data(content, 0, content.length);
        stream.data(finish, 0, finish.length);
        stream.data(usage, 0, usage.length);
        stream.data("[DONE]");
        return written;
    }
}
