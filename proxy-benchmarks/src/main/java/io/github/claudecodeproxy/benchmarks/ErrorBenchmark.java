package io.github.claudecodeproxy.benchmarks;

import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.translate.ClaudeOpenAiTranslator;
import io.github.claudecodeproxy.translate.Translation;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** An error of the provider in the client's language. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ErrorBenchmark {

    private final byte[] tooLong =
            ("{\"error\":{\"message\":\"This model's maximum context length is 128000 tokens. However,"
                            + " your messages resulted in 130500 tokens.\",\"type\":\"invalid_request_error\",\"param\":\"messages\","
                            + "\"code\":\"context_length_exceeded\"}}")
                    .getBytes(StandardCharsets.UTF_8);
    private final Translation translation = translation();

    private static Translation translation() {
        ClaudeOpenAiTranslator translator = ClaudeOpenAiTranslator.builder().build();
        return translator.translate(translator.parse(Bodies.request(1_024)), Map.of());
    }

    /** A prompt that is too long. */
    @Benchmark
    public int contextLength() {
        return ClaudeJson.bytes(translation.error(400, Map.of(), tooLong).envelope(null)).length;
    }
}
