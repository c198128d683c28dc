package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DemoUpstreamTest {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String BASH = """
            {"type":"function","function":{"name":"Bash","parameters":{"type":"object","properties":{
              "command":{"type":"string"},"description":{"type":"string"}},"required":["command"]}}}""";
    private static final String READ = """
            {"type":"function","function":{"name":"Read","parameters":{"type":"object","properties":{
              "file_path":{"type":"string"}},"required":["file_path"]}}}""";

    private final DemoUpstream demo = DemoUpstream.start(Duration.ofMillis(1));
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void stop() {
        demo.close();
    }

    @Test
    void answersWhole() throws Exception {
        JsonNode answer = whole("{\"model\":\"demo\",\"messages\":[" + user("Good morning") + "]}");

        assertThat(answer.path("object").asText()).isEqualTo("chat.completion");
        assertThat(answer.at("/choices/0/message/content").asText()).contains("Good morning", "OPENAI_API_KEY");
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(answer.at("/usage/total_tokens").asInt()).isPositive();
    }

    @Test
    void streamsWordsThenFinishUsageAndDone() throws Exception {
        List<String> data = stream("{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                + "\"messages\":[" + user("Good morning") + "]}");

        assertThat(data).last().isEqualTo("[DONE]");
        List<JsonNode> chunks = chunks(data);
        assertThat(chunks).hasSizeGreaterThan(20).allSatisfy(chunk -> {
            assertThat(chunk.path("id")).isEqualTo(chunks.get(0).path("id"));
            assertThat(chunk.path("object").asText()).isEqualTo("chat.completion.chunk");
            assertThat(chunk.path("model").asText()).isEqualTo("m");
        });
        StringBuilder text = new StringBuilder();
        chunks.forEach(chunk -> text.append(chunk.at("/choices/0/delta/content").asText("")));
        assertThat(text.toString()).contains("\"Good morning\"").endsWith("without --demo.");
        assertThat(chunks.get(chunks.size() - 2).at("/choices/0/finish_reason").asText())
                .isEqualTo("stop");
        assertThat(chunks.get(chunks.size() - 1).path("choices")).isEmpty();
        assertThat(chunks.get(chunks.size() - 1).at("/usage/completion_tokens").asInt())
                .isPositive();
    }

    @Test
    void noUsageUnlessAskedFor() throws Exception {
        List<String> data = stream("{\"stream\":true,\"messages\":[" + user("Good morning") + "]}");

        assertThat(chunks(data)).noneMatch(chunk -> chunk.has("usage"));
    }

    @Test
    void streamsAToolCallInFragments() throws Exception {
        List<JsonNode> chunks = chunks(stream("{\"stream\":true,\"tools\":[" + READ + "," + BASH + "],\"messages\":["
                + system("# Environment\\n - Primary working directory: /home/me/project\\n") + ","
                + user("<system-reminder>Use Read</system-reminder>list the files here") + "," + system("more")
                + "]}"));

        StringBuilder arguments = new StringBuilder();
        List<JsonNode> calls = new ArrayList<>();
        chunks.forEach(chunk -> chunk.at("/choices/0/delta/tool_calls").forEach(calls::add));
        calls.forEach(call -> arguments.append(call.at("/function/arguments").asText()));
        assertThat(calls.get(0).path("id").asText()).startsWith("call_");
        assertThat(calls.get(0).at("/function/name").asText()).isEqualTo("Bash");
        assertThat(calls)
                .hasSizeGreaterThan(3)
                .allMatch(call -> call.path("index").asInt(-1) == 0);
        assertThat(MAPPER.readTree(arguments.toString()).path("command").asText())
                .isEqualTo("ls -la");
        assertThat(chunks.get(chunks.size() - 1).at("/choices/0/finish_reason").asText())
                .isEqualTo("tool_calls");
    }

    @Test
    void callsTheToolThatIsNamed() throws Exception {
        JsonNode answer = whole("{\"tools\":[" + BASH + "," + READ + "],\"messages\":["
                + system("Working directory: /home/me\\n") + "," + user("please read the notes") + "]}");

        JsonNode function = answer.at("/choices/0/message/tool_calls/0/function");
        assertThat(function.path("name").asText()).isEqualTo("Read");
        assertThat(function.path("arguments").asText()).isEqualTo("{\"file_path\":\"/home/me/demo.txt\"}");
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
    }

    @Test
    void quotesTheResultOfATool() throws Exception {
        JsonNode answer = whole("{\"tools\":[" + BASH + "],\"messages\":[" + user("list the files") + ","
                + "{\"role\":\"assistant\",\"tool_calls\":[]},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"total 3\\nREADME.md\"},"
                + user("<system-reminder>run tests</system-reminder>") + "]}");

        assertThat(answer.at("/choices/0/message/content").asText()).contains("total 3\nREADME.md");
        assertThat(answer.at("/choices/0/message/tool_calls").isMissingNode()).isTrue();
    }

    @Test
    void keepsToTheLimitAndToTheSchema() throws Exception {
        assertThat(whole("{\"max_tokens\":1,\"messages\":[" + user("ping") + "]}")
                        .at("/choices/0/message/content")
                        .asText())
                .hasSizeLessThan(40);
        JsonNode cut = whole("{\"max_completion_tokens\":20,\"messages\":[" + user("Good morning") + "]}");
        assertThat(cut.at("/choices/0/finish_reason").asText()).isEqualTo("length");
        JsonNode json = whole("{\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":"
                + "{\"type\":\"object\",\"properties\":{\"title\":{\"type\":\"string\"}},\"required\":[\"title\"]}}},"
                + "\"messages\":[" + user("title?") + "]}");
        assertThat(json.at("/choices/0/message/content").asText()).isEqualTo("{\"title\":\"demo\"}");
    }

    @Test
    void takesABodyAsLargeAsTheProxyDoes() throws Exception {
        // In two strings, for one of more than 20 million characters is not parsed
        String half = "\"" + "a".repeat(16_500_000) + "\"";
        JsonNode answer =
                whole("{\"padding\":[" + half + "," + half + "],\"messages\":[" + user("Good morning") + "]}");

        assertThat(answer.at("/choices/0/message/content").asText()).contains("Good morning");
    }

    @Test
    void listsItsModelAndRefusesTheRest() throws Exception {
        assertThat(MAPPER.readTree(get("/models").body()).at("/data/0/id").asText())
                .isEqualTo(DemoUpstream.MODEL);
        assertThat(get("/nothing").statusCode()).isEqualTo(404);
        assertThat(post("{").statusCode()).isEqualTo(400);
        assertThat(post("{}").statusCode()).isEqualTo(400);
    }

    private static String user(String text) {
        return "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}";
    }

    private static String system(String text) {
        return "{\"role\":\"system\",\"content\":\"" + text + "\"}";
    }

    private JsonNode whole(String body) throws Exception {
        HttpResponse<String> response = post(body);
        assertThat(response.statusCode()).isEqualTo(200);
        return MAPPER.readTree(response.body());
    }

    private List<String> stream(String body) throws Exception {
        HttpResponse<String> response = post(body);
        assertThat(response.headers().firstValue("content-type")).contains("text/event-stream");
        assertThat(response.body()).endsWith("\n\n");
        return response.body()
                .lines()
                .filter(line -> !line.isEmpty())
                .peek(line -> assertThat(line).startsWith("data: "))
                .map(line -> line.substring("data: ".length()))
                .toList();
    }

    private static List<JsonNode> chunks(List<String> data) throws Exception {
        List<JsonNode> chunks = new ArrayList<>();
        for (String line : data.subList(0, data.size() - 1)) {
            chunks.add(MAPPER.readTree(line));
        }
        return chunks;
    }

    private HttpResponse<String> post(String body) throws Exception {
        return client.send(
                request("/chat/completions").POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(demo.baseUrl() + path));
    }
}
