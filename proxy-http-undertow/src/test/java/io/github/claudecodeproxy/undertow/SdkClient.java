package io.github.claudecodeproxy.undertow;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import java.time.Duration;

/** The official client library against a running proxy: it validates what it gets, and tries once unless
 * told otherwise. */
final class SdkClient implements AutoCloseable {

    private final AnthropicClient client;

    private SdkClient(AnthropicClient client) {
        this.client = client;
    }

    static SdkClient of(RunningProxy proxy) {
        return of(proxy, "any-key");
    }

    static SdkClient of(RunningProxy proxy, String key) {
        return of(proxy, key, 0);
    }

    static SdkClient of(RunningProxy proxy, String key, int retries) {
        return new SdkClient(AnthropicOkHttpClient.builder()
                .baseUrl(proxy.address().toString())
                .apiKey(key)
                .responseValidation(true)
                .maxRetries(retries)
                .timeout(Duration.ofSeconds(30))
                .build());
    }

    /** A request for claude-sonnet-4-5 with 1024 tokens at most. */
    static MessageCreateParams.Builder ask(String text) {
        return MessageCreateParams.builder()
                .model("claude-sonnet-4-5")
                .maxTokens(1024)
                .addUserMessage(text);
    }

    AnthropicClient client() {
        return client;
    }

    Message create(MessageCreateParams.Builder request) {
        return client.messages().create(request.build());
    }

    /** Streams the answer and gives what the library makes of it. */
    Message stream(MessageCreateParams.Builder request) {
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
