package io.github.claudecodeproxy.benchmarks;

import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.provider.ModelData;
import io.github.claudecodeproxy.provider.Providers;
import io.github.claudecodeproxy.tokenizer.OpenAiTokenizers;
import io.github.claudecodeproxy.tokens.TokenCounter;
import io.github.claudecodeproxy.tokens.TokenEstimate;
import io.github.claudecodeproxy.translate.ClaudeOpenAiTranslator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The tokens of a conversation: counted again, and estimated. What is counted once is remembered in the whole process, so
 * how long the first time takes is measured where each text is new, by {@code TokenBars} of proxy-tokens.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CountBenchmark {

    private static final ModelData MODEL =
            Providers.builtIn().named("openai").orElseThrow().model("gpt-4o");

    /** Its size in kilobytes. */
    @Param({"120", "400"})
    public int kilobytes = 120;

    private final TokenCounter counter = OpenAiTokenizers.counter();
    private ClaudeRequest request = request(1);

    private static ClaudeRequest request(int kilobytes) {
        return ClaudeOpenAiTranslator.builder().build().parse(Bodies.request(kilobytes << 10));
    }

    /** Makes the conversation. */
    @Setup
    public void make() {
        request = request(kilobytes);
    }

    /** Counted by somebody who has counted it before, as with each turn of a conversation but for what is new. */
    @Benchmark
    public long again() {
        return counter.count(request, MODEL);
    }

    /** Estimated, as for the first event of an answer. */
    @Benchmark
    public long estimate() {
        return TokenEstimate.of(request, MODEL);
    }
}
