package io.github.claudecodeproxy.benchmarks;

import io.github.claudecodeproxy.sse.SseDecoder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Events cut out of the bytes of a stream, as many at once as a read brings. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EventSplitBenchmark {

    static final int EVENTS = 1_000;

    /** How many bytes a read brings. */
    @Param({"1", "100", "16384"})
    public int read = 1;

    private byte[] stream = {};
    private long seen;

    /** Makes the stream. */
    @Setup
    public void make() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < EVENTS; i++) {
            bytes.writeBytes("data: ".getBytes(StandardCharsets.US_ASCII));
            bytes.writeBytes(Bodies.contentChunk());
            bytes.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
        }
        stream = bytes.toByteArray();
    }

    /** All its events. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public long split() {
        SseDecoder decoder = new SseDecoder(1 << 20, (name, data, offset, length) -> seen += length);
        ByteBuffer bytes = ByteBuffer.wrap(stream);
        for (int i = 0; i < stream.length; i += read) {
            decoder.accept(bytes.limit(Math.min(i + read, stream.length)).position(i));
        }
        decoder.end();
        return seen;
    }
}
