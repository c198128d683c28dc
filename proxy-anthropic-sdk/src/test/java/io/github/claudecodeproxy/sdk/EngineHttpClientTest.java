package io.github.claudecodeproxy.sdk;

import static io.github.claudecodeproxy.testkit.sdk.SdkClient.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.core.RequestOptions;
import com.anthropic.core.Timeout;
import com.anthropic.core.http.HttpMethod;
import com.anthropic.core.http.HttpRequest;
import com.anthropic.core.http.HttpResponse;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicException;
import com.anthropic.errors.AnthropicIoException;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.RawMessageStreamEvent;
import io.github.claudecodeproxy.http.ProxySettings;
import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ReplyBuilder;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** The one line that an application needs, and what becomes of calls that nobody waits for. */
@org.junit.jupiter.api.Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class EngineHttpClientTest {

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final ProxySettings settings = ProxySettings.builder()
            .upstreamKey("sk-of-the-upstream")
            .baseUrl(upstream.baseUrl())
            .maxRetries(0)
            .build();
    private final AnthropicClient client = EngineHttpClient.of(settings).client();

    @AfterEach
    void stop() {
        client.close();
        upstream.close();
    }

    private void assertUpstreamIsLetGo() throws Exception {
        upstream.awaitRequest(0).connectionClosed().get(20, TimeUnit.SECONDS);
    }

    private static RequestOptions within(Timeout timeout) {
        return RequestOptions.builder().timeout(timeout).build();
    }

    @Test
    void oneLineTurnsTheLibraryToAnyProvider() {
        upstream.reply(Reply.json(200, Chunks.completion("Hello, you.")));
        Message message = client.messages().create(ask("Hello").build());
        assertThat(message.content().get(0).asText().text()).isEqualTo("Hello, you.");
        assertThat(upstream.requests().get(0).header("authorization")).isEqualTo("Bearer sk-of-the-upstream");
    }

    @Test
    void aKeyForClientsIsNotAskedFor() {
        upstream.reply(Reply.json(200, Chunks.completion("Hello, you.")));
        ProxySettings guarded = settings.toBuilder().clientKey("secret").build();
        AnthropicClient inside = EngineHttpClient.of(guarded).client();
        assertThat(inside.messages().create(ask("Hello").build()).content()).hasSize(1);
        inside.close();
    }

    @Test
    void nothingListens() throws IOException {
        client.close();
        long before = listening();
        upstream.reply(Reply.json(200, Chunks.completion("Hello, you.")));
        AnthropicClient fresh = EngineHttpClient.of(settings).client();
        Message unused = fresh.messages().create(ask("Hello").build());
        assertThat(listening()).isEqualTo(before);
        fresh.close();
    }

    /** Sockets of this process that wait for connections, where the system tells; the scripted upstream has one. */
    private static long listening() throws IOException {
        long found = 0;
        for (String table : new String[] {"tcp", "tcp6"}) {
            Path path = Path.of("/proc/self/net", table);
            if (Files.exists(path)) {
                try (Stream<String> lines = Files.lines(path)) {
                    found += lines.filter(line -> line.contains(" 0A ") && ours(line))
                            .count();
                }
            }
        }
        return found;
    }

    private static boolean ours(String line) {
        String inode = line.strip().split("\\s+", -1)[9];
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.anyMatch(file -> {
                try {
                    return Files.readSymbolicLink(file).toString().equals("socket:[" + inode + "]");
                } catch (IOException e) {
                    return false; // closed meanwhile
                }
            });
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void eventsComeOneByOne() {
        CountDownLatch rest = new CountDownLatch(1);
        upstream.reply(Reply.streaming()
                .sse(Chunks.role(), Chunks.text("one"))
                .pause(rest)
                .sse(Chunks.text("two"), Chunks.finish("stop"), Chunks.usage(12, 3))
                .done()
                .end());
        try (StreamResponse<RawMessageStreamEvent> events =
                client.messages().createStreaming(ask("Hello").build())) {
            Iterator<RawMessageStreamEvent> each = events.stream().iterator();
            RawMessageStreamEvent event = each.next();
            while (!event.isContentBlockDelta()) {
                event = each.next();
            }
            rest.countDown();
            while (each.hasNext()) {
                event = each.next();
            }
            assertThat(event.isMessageStop()).isTrue();
        }
    }

    @Test
    void whoReadsSlowlyHoldsTheProviderBack() throws Exception {
        CountDownLatch all = new CountDownLatch(1);
        String part = "0123456789abcdef".repeat(6400);
        ReplyBuilder reply = Reply.streaming().sse(Chunks.role());
        for (int i = 0; i < 300; i++) {
            reply.sse(Chunks.text(part));
        }
        upstream.reply(reply.reached(all)
                .sse(Chunks.finish("stop"), Chunks.usage(12, 3))
                .done()
                .end());
        try (StreamResponse<RawMessageStreamEvent> events =
                client.messages().createStreaming(ask("Hello").build())) {
            Iterator<RawMessageStreamEvent> each = events.stream().iterator();
            RawMessageStreamEvent first = each.next();
            // 30 MB would be through in a fraction of this, were they taken
            assertThat(all.await(2, TimeUnit.SECONDS)).isFalse();
            long text = 0;
            while (each.hasNext()) {
                RawMessageStreamEvent event = each.next();
                text += event.contentBlockDelta()
                        .map(delta -> delta.delta().asText().text().length())
                        .orElse(0);
            }
            assertThat(first.isMessageStart()).isTrue();
            assertThat(text).isEqualTo(300L * part.length());
        }
    }

    @Test
    void closingAStreamEndsTheCall() throws Exception {
        upstream.reply(
                Reply.streaming().sse(Chunks.role(), Chunks.text("Half an")).stall());
        try (StreamResponse<RawMessageStreamEvent> events =
                client.messages().createStreaming(ask("Hello").build())) {
            assertThat(events.stream().iterator().next().isMessageStart()).isTrue();
        }
        assertUpstreamIsLetGo();
    }

    @Test
    void cancellingAFutureEndsTheCall() throws Exception {
        upstream.reply(Reply.stallBeforeHeaders());
        HttpRequest request = HttpRequest.builder()
                .method(HttpMethod.GET)
                .baseUrl("http://localhost")
                .addPathSegment("test-connection")
                .build();
        try (EngineHttpClient http = EngineHttpClient.of(settings)) {
            CompletableFuture<HttpResponse> response = http.executeAsync(request, RequestOptions.none());
            upstream.awaitRequest(0);
            assertThat(response.cancel(true)).isTrue();
            assertUpstreamIsLetGo();
        }
    }

    @Test
    void timeIsUp() throws Exception {
        upstream.alwaysReply(request -> Reply.stallBeforeHeaders());
        Timeout brief = Timeout.builder().request(Duration.ofMillis(300)).build();
        assertThatThrownBy(() -> client.messages().create(ask("Hello").build(), within(brief)))
                .isInstanceOf(AnthropicIoException.class);
        assertUpstreamIsLetGo();
        assertThatThrownBy(() -> client.async()
                        .messages()
                        .create(ask("Hello").build(), within(brief))
                        .get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(AnthropicIoException.class);
    }

    @Test
    void closingTheClientFailsWhatRuns() throws Exception {
        upstream.reply(Reply.stallBeforeHeaders());
        CompletableFuture<Message> message =
                client.async().messages().create(ask("Hello").build());
        upstream.awaitRequest(0);
        client.close();
        assertThatThrownBy(() -> message.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(AnthropicException.class);
        assertUpstreamIsLetGo();
    }

    @Test
    void closingTheClientBreaksAStream() throws Exception {
        upstream.reply(
                Reply.streaming().sse(Chunks.role(), Chunks.text("Half an")).stall());
        assertThatThrownBy(() -> {
                    try (StreamResponse<RawMessageStreamEvent> events =
                            client.messages().createStreaming(ask("Hello").build())) {
                        Iterator<RawMessageStreamEvent> each = events.stream().iterator();
                        RawMessageStreamEvent first = each.next();
                        client.close();
                        while (each.hasNext()) {
                            first = each.next();
                        }
                        throw new AssertionError("ended as if it were whole, with " + first);
                    }
                })
                .isInstanceOf(AnthropicException.class);
        assertUpstreamIsLetGo();
    }

    @Test
    void theTimeForAWholeCallHoldsForItsBodyToo() throws Exception {
        upstream.reply(
                Reply.streaming().sse(Chunks.role(), Chunks.text("Half an")).stall());
        Timeout brief = Timeout.builder()
                .request(Duration.ofSeconds(1))
                .read(Duration.ofMinutes(5))
                .build();
        assertThatThrownBy(() -> {
                    try (StreamResponse<RawMessageStreamEvent> events =
                            client.messages().createStreaming(ask("Hello").build(), within(brief))) {
                        events.stream().forEach(event -> {});
                    }
                })
                .isInstanceOf(AnthropicIoException.class);
        assertUpstreamIsLetGo();
    }

    @Test
    void aStreamThatFallsSilentIsGivenUp() throws Exception {
        upstream.reply(
                Reply.streaming().sse(Chunks.role(), Chunks.text("Half an")).stall());
        Timeout brief = Timeout.builder().read(Duration.ofMillis(300)).build();
        assertThatThrownBy(() -> {
                    try (StreamResponse<RawMessageStreamEvent> events =
                            client.messages().createStreaming(ask("Hello").build(), within(brief))) {
                        events.stream().forEach(event -> {});
                    }
                })
                .isInstanceOf(AnthropicIoException.class);
        assertUpstreamIsLetGo();
    }
}
