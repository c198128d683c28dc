package io.github.claudecodeproxy.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.http.CallReplay;
import io.github.claudecodeproxy.provider.ModelMapper;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.provider.Providers;
import io.github.claudecodeproxy.translate.ClaudeOpenAiTranslator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes a folder of a kept call in the layout of the project's trips, so that it replays in the test suite: what the client
 * sent, what the provider answered, and what this version makes of both.
 */
final class ReportFolder {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String LAST = "last";

    /** Ids that are made anew each time, which a trip says with a star. */
    private static final Pattern MADE = Pattern.compile("\"id\":\"(msg|toolu)_[^\"]*\"");

    private static final Pattern SIGNATURE = Pattern.compile("\"signature\":\"[^\"]+\"");
    private static final Pattern ESTIMATE = Pattern.compile("(\"usage\":\\{\"input_tokens\":)\\d+");

    private final RecordedCall recorded;
    private final @Nullable String answer;

    private ReportFolder(RecordedCall recorded) {
        this.recorded = recorded;
        this.answer =
                recorded.attempts().isEmpty() ? null : new String(last(recorded).body(), StandardCharsets.ISO_8859_1);
    }

    private static RecordedCall.Attempt last(RecordedCall call) {
        return call.attempts().get(call.attempts().size() - 1);
    }

    /**
     * Makes the folder.
     *
     * @param record where calls are kept
     * @param id which one
     * @param directory where the folder is made
     * @return the folder
     * @throws ServerProcess.StartException if there is no such call, or the folder cannot be made
     */
    static Path make(Path record, String id, Path directory) {
        try {
            Path call = find(record, id);
            Path folder = directory.resolve("report-" + call.getFileName());
            new ReportFolder(RecordedCall.read(call)).write(folder);
            return folder;
        } catch (IOException e) {
            throw new ServerProcess.StartException("the report cannot be made: " + e, e);
        }
    }

    private static Path find(Path record, String id) throws IOException {
        if (!Files.isDirectory(record)) {
            throw new ServerProcess.StartException("--record: there is no such folder", null);
        }
        List<Path> calls = CallRing.calls(record);
        if (calls.isEmpty()) {
            throw new ServerProcess.StartException("no call is kept there yet", null);
        }
        if (id.equals(LAST)) {
            return calls.get(calls.size() - 1);
        }
        return calls.stream()
                .filter(call -> String.valueOf(call.getFileName()).equals(id))
                .findFirst()
                .orElseThrow(() -> new ServerProcess.StartException(
                        "no call with this id is kept there; the request-id is in the log, on the page, and in the header"
                                + " of the answer",
                        null));
    }

    private void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("claude-request.json"), recorded.request());
        Files.writeString(folder.resolve(RecordedCall.CALL), pretty(recorded.call()));
        ObjectNode description = description();
        if (answer != null) {
            RecordedCall.Attempt attempt = last(recorded);
            boolean refused = attempt.status() >= 400;
            if (refused) {
                description.put("status", attempt.status());
                attempt.headers().forEach(description.putObject("headers")::put);
            }
            Files.write(folder.resolve(answerFile(refused)), attempt.body());
            CallReplay.Outcome outcome = replayed(attempt);
            expected(folder, outcome);
        }
        Files.writeString(folder.resolve("case.json"), pretty(description));
    }

    private ObjectNode description() {
        JsonNode call = recorded.call();
        ObjectNode description = MAPPER.createObjectNode()
                .put("id", "report")
                .put("title", "What happened: to be said by who reports it.")
                .put("shows", "What should have happened: to be said by who reports it.");
        description.putArray("references");
        if (answer != null) {
            RecordedCall.Attempt attempt = last(recorded);
            description.put("provider", attempt.provider());
            description
                    .putObject("models")
                    .put("big", attempt.model())
                    .put("middle", attempt.model())
                    .put("small", attempt.model());
        }
        recorded.headers().forEach(description.putObject("client_headers")::put);
        return description.put("reported_by", call.path("version").asText());
    }

    private String answerFile(boolean refused) {
        String start = String.valueOf(answer).stripLeading();
        boolean json = start.startsWith("{") || start.startsWith("[");
        if (refused) {
            return json ? "upstream-error.json" : "upstream-error.txt";
        }
        return json ? "openai-response.json" : "upstream.sse";
    }

    private CallReplay.Outcome replayed(RecordedCall.Attempt attempt) {
        ProviderProfile profile = Providers.builtIn()
                .named(attempt.provider())
                .or(() -> Providers.builtIn().named("generic"))
                .orElseThrow();
        ClaudeOpenAiTranslator translator = ClaudeOpenAiTranslator.builder()
                .profile(profile)
                .models(ModelMapper.tiers(attempt.model(), attempt.model(), attempt.model()))
                .build();
        return CallReplay.of(
                translator,
                recorded.request(),
                recorded.headers(),
                attempt.status(),
                attempt.headers(),
                attempt.body());
    }

    /** What the version that makes the report makes of it; the maintainers correct what is wrong. */
    private void expected(Path folder, CallReplay.Outcome outcome) throws IOException {
        if (outcome.upstreamRequest() != null) {
            Files.writeString(
                    folder.resolve("openai-request.json"), pretty(MAPPER.readTree(outcome.upstreamRequest())));
        }
        if (outcome.events() != null) {
            String events = starred(new String(outcome.events(), StandardCharsets.UTF_8));
            Files.writeString(
                    folder.resolve("claude-events.sse"),
                    ESTIMATE.matcher(events).replaceFirst("$1\"*\""));
        }
        if (outcome.message() != null) {
            JsonNode message = MAPPER.readTree(starred(MAPPER.writeValueAsString(outcome.message())));
            Files.writeString(folder.resolve("claude-message.json"), pretty(message));
        }
        ClaudeError error = outcome.error();
        if (error != null) {
            ObjectNode expected =
                    MAPPER.createObjectNode().put("status", error.type().status());
            if (error.retryAfter() != null) {
                expected.put("retry-after", error.retryAfter());
            }
            if (error.shouldRetry() != null) {
                expected.put("x-should-retry", error.shouldRetry().toString());
            }
            JsonNode envelope = MAPPER.valueToTree(error.envelope(null));
            ObjectNode body = expected.putObject("body").put("type", "error");
            body.set("error", envelope.path("error"));
            Files.writeString(folder.resolve("claude-error.json"), pretty(expected));
        }
    }

    private String starred(String json) {
        String ids = MADE.matcher(json).replaceAll(found -> {
            boolean ofTheProvider = String.valueOf(answer).contains(found.group());
            return Matcher.quoteReplacement(ofTheProvider ? found.group() : "\"id\":\"" + found.group(1) + "_*\"");
        });
        return SIGNATURE.matcher(ids).replaceAll("\"signature\":\"*\"");
    }

    private static String pretty(JsonNode json) throws IOException {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    }
}
