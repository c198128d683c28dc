package io.github.claudecodeproxy.testkit.sdk;

import com.anthropic.client.AnthropicClient;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;

/** The official client library against a running proxy: it validates what it gets, and tries once unless
 * told otherwise. */
public final class SdkClient implements AutoCloseable {

    private final AnthropicClient client;

    /** Closes the client when it is closed. */
    public SdkClient(AnthropicClient client) {
        this.client = client;
    }

    /** A request for claude-sonnet-4-5 with 1024 tokens at most. */
    public static MessageCreateParams.Builder ask(String text) {
        return MessageCreateParams.builder()
                .model("claude-sonnet-4-5")
                .maxTokens(1024)
                .addUserMessage(text);
    }

    /** The library itself. */
    public AnthropicClient client() {
        return client;
    }

    /** Asks for a whole answer. */
    public Message create(MessageCreateParams.Builder request) {
        return client.messages().create(request.build());
    }

    /** Streams the answer and gives what the library makes of it. */
    public Message stream(MessageCreateParams.Builder request) {
        MessageAccumulator accumulator = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> events = client.messages().createStreaming(request.build())) {
            events.stream().forEach(event -> accumulator.accumulate(event.validate()));
        }
        return accumulator.message().validate();
    }

    @Override
    public void close() {
        client.close();
    }
}
