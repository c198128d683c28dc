package io.github.claudecodeproxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ResponseEventsTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void anAnswerSaysItsTextInPiecesAndWhole() {
        JsonNode[] events = Arrays.stream(ResponseEvents.answer("Hello"))
                .map(ResponseEventsTest::json)
                .toArray(JsonNode[]::new);
        assertThat(events)
                .extracting(event -> event.path("type").asText())
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.completed");
        JsonNode response = events[events.length - 1].path("response");
        assertThat(response).isEqualTo(json(ResponseEvents.response("Hello")));
        assertThat(response.at("/output/0/content/0/text").asText()).isEqualTo("Hello");
    }

    @Test
    void eventsAreNamedAndChunksAreNot() {
        String event = ResponseEvents.text("Hello");
        assertThat(ReplyBuilder.frames(event, "[DONE]"))
                .isEqualTo("event: response.output_text.delta\ndata: " + event + "\n\ndata: [DONE]\n\n");
        assertThat(ReplyBuilder.frames(Chunks.text("Hello"))).startsWith("data: ");
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
