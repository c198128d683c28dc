package io.github.claudecodeproxy.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.http.CallReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One call as it is kept in a folder: {@code call.json}, the client's request, and what the upstream answered each time.
 * Immutable.
 *
 * @param call what the log says of the call, and the version that made it
 * @param headers those of the client that a translation may depend on
 * @param request the client's body
 * @param attempts the answers of the upstream, in their order
 */
@SuppressWarnings("ArrayRecordComponent") // as it comes from the wire and goes to a file
record RecordedCall(JsonNode call, Map<String, String> headers, byte[] request, List<Attempt> attempts) {

    static final String CALL = "call.json";
    private static final String REQUEST = "claude-request.json";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /**
     * One answer.
     *
     * @param provider the name of the profile
     * @param model the provider's name of the model
     * @param status 0 when there was no answer
     * @param body as far as it came
     * @param broken why it broke off; null when it did not
     */
    @SuppressWarnings("ArrayRecordComponent") // as it comes from the wire and goes to a file
    record Attempt(
            String provider,
            String model,
            int status,
            Map<String, String> headers,
            byte[] body,
            @Nullable String broken) {}

    /** What is said of a call. */
    static ObjectNode described(CallReport report, boolean content) {
        ObjectNode call = MAPPER.createObjectNode()
                .put("request_id", report.requestId())
                .put("version", String.join(", ", Version.report()))
                .put("requested_model", report.requestedModel())
                .put("model", report.upstreamModel())
                .put("status", report.status())
                .put("end", report.outcome())
                .put("content", content);
        if (report.error() != null) {
            call.put("error", report.error());
        }
        report.losses().forEach(loss -> call.withArray("losses").add(loss.kind() + " " + loss.field()));
        return call;
    }

    /** The same without what people and models have written, and without secrets. */
    RecordedCall masked(UnaryOperator<String> secrets, boolean content) {
        List<Attempt> all = new ArrayList<>();
        for (Attempt one : attempts) {
            all.add(new Attempt(
                    one.provider(),
                    secrets.apply(one.model()),
                    one.status(),
                    masked(one.headers(), secrets),
                    masked(one.body(), secrets, content || one.status() >= 400),
                    one.broken()));
        }
        JsonNode described;
        try {
            described = MAPPER.readTree(secrets.apply(call.toString()));
        } catch (IOException e) {
            throw new IllegalStateException("a secret has cut the JSON", e);
        }
        return new RecordedCall(described, masked(headers, secrets), masked(request, secrets, content), all);
    }

    private static Map<String, String> masked(Map<String, String> headers, UnaryOperator<String> secrets) {
        Map<String, String> masked = new TreeMap<>();
        headers.forEach((name, value) -> masked.put(name, secrets.apply(value)));
        return masked;
    }

    private static byte[] masked(byte[] body, UnaryOperator<String> secrets, boolean content) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        String masked = content ? text : new ContentMask().body(text);
        return secrets.apply(masked).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Writes it into a folder, which is made. */
    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        ObjectNode json = call.deepCopy();
        headers.forEach(json.putObject("client_headers")::put);
        for (int i = 0; i < attempts.size(); i++) {
            Attempt one = attempts.get(i);
            ObjectNode attempt = json.withArray("attempts")
                    .addObject()
                    .put("provider", one.provider())
                    .put("model", one.model())
                    .put("status", one.status());
            one.headers().forEach(attempt.putObject("headers")::put);
            if (one.broken() != null) {
                attempt.put("broken", one.broken());
            }
            Files.write(folder.resolve(answer(i)), one.body());
        }
        Files.write(folder.resolve(REQUEST), request);
        Files.writeString(
                folder.resolve(CALL), MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json));
    }

    /** Reads it from a folder. */
    static RecordedCall read(Path folder) throws IOException {
        JsonNode call = MAPPER.readTree(Files.readAllBytes(folder.resolve(CALL)));
        List<Attempt> attempts = new ArrayList<>();
        for (JsonNode attempt : call.path("attempts")) {
            attempts.add(new Attempt(
                    attempt.path("provider").asText(),
                    attempt.path("model").asText(),
                    attempt.path("status").asInt(),
                    texts(attempt.path("headers")),
                    Files.readAllBytes(folder.resolve(answer(attempts.size()))),
                    attempt.hasNonNull("broken") ? attempt.get("broken").asText() : null));
        }
        return new RecordedCall(
                call, texts(call.path("client_headers")), Files.readAllBytes(folder.resolve(REQUEST)), attempts);
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new TreeMap<>();
        object.properties()
                .forEach(member -> texts.put(member.getKey(), member.getValue().asText()));
        return texts;
    }

    private static String answer(int index) {
        return "answer-" + (index + 1);
    }
}
