package io.github.claudecodeproxy.benchmarks;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.claudecodeproxy.translate.ClaudeOpenAiTranslator;
import io.github.claudecodeproxy.translate.Translation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A request on its way: read, translated, written; beside Jackson, which only reads and writes the same bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RequestBenchmark {

    private final JsonMapper mapper = JsonMapper.builder().build();
    private final ClaudeOpenAiTranslator chat = Upstreams.translator("chat");
    private final ClaudeOpenAiTranslator responses = Upstreams.translator("responses");

    /** The request: its size, or a picture. */
    @Param({"1KB", "120KB", "400KB", "picture10MB"})
    public String body = "1KB";

    private byte[] request = {};

    /** Makes the request. */
    @Setup
    public void make() {
        request = switch (body) {
            case "1KB" -> Bodies.request(1_024);
            case "120KB" -> Bodies.request(120 << 10);
            case "400KB" -> Bodies.request(400 << 10);
            case "picture10MB" -> Bodies.picture(10 << 20);
            default -> throw new IllegalArgumentException(body);
        };
    }

    /** How many bytes it has. */
    int size() {
        return request.length;
    }

    /** All that the engine does with a request. */
    @Benchmark
    public int translate() {
        return translate(chat);
    }

    /** The same for the Responses API. */
    @Benchmark
    public int translateForResponses() {
        return translate(responses);
    }

    private int translate(ClaudeOpenAiTranslator translator) {
        Translation translation = translator.translate(translator.parse(request), Map.of());
        ByteArrayOutputStream out = new ByteArrayOutputStream(request.length + request.length / 8 + 512);
        translation.writeBody(out);
        return out.size();
    }

    /** The least that anybody must do who changes JSON: a tree, and its bytes. */
    @Benchmark
    public int jackson() throws IOException {
        return mapper.writeValueAsBytes(mapper.readTree(request)).length;
    }
}
