package io.github.claudecodeproxy.testkit.sdk;

import static io.github.claudecodeproxy.testkit.sdk.SdkClient.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.core.http.AsyncStreamResponse;
import com.anthropic.errors.AnthropicException;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.ContentTooLargeException;
import com.anthropic.errors.GatewayTimeoutException;
import com.anthropic.errors.InternalServerException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.OverloadedException;
import com.anthropic.errors.PaymentRequiredException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.SseException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.RawMessageStreamEvent;
import io.github.claudecodeproxy.testkit.Case;
import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Failures through the official Java client library: each becomes the exception that the real API causes. */
@Timeout(60)
public abstract class AnthropicSdkErrorContract {

    private final SdkBench bench;
    private final SdkClient sdk;

    /** A suite for what stands on this bench, which wants the client key {@code client-key}. */
    protected AnthropicSdkErrorContract(SdkBench bench) {
        this.bench = bench;
        this.sdk = new SdkClient(bench.client("client-key", 0));
    }

    @AfterEach
    void stop() {
        sdk.close();
        bench.close();
    }

    static Stream<Arguments> upstreamStatuses() {
        return Stream.of(
                Arguments.of(400, 400, BadRequestException.class, "invalid_request_error"),
                Arguments.of(401, 500, InternalServerException.class, "api_error"),
                Arguments.of(402, 402, PaymentRequiredException.class, "billing_error"),
                Arguments.of(403, 500, InternalServerException.class, "api_error"),
                Arguments.of(404, 404, NotFoundException.class, "not_found_error"),
                Arguments.of(413, 413, ContentTooLargeException.class, "request_too_large"),
                Arguments.of(422, 400, BadRequestException.class, "invalid_request_error"),
                Arguments.of(429, 429, RateLimitException.class, "rate_limit_error"),
                Arguments.of(500, 500, InternalServerException.class, "api_error"),
                Arguments.of(502, 500, InternalServerException.class, "api_error"),
                Arguments.of(503, 529, OverloadedException.class, "overloaded_error"),
                Arguments.of(504, 504, GatewayTimeoutException.class, "timeout_error"),
                Arguments.of(529, 529, OverloadedException.class, "overloaded_error"));
    }

    @ParameterizedTest
    @MethodSource("upstreamStatuses")
    void statusOfTheUpstream(
            int upstream, int status, Class<? extends AnthropicServiceException> type, String errorType) {
        bench.upstream().alwaysReply(request -> Reply.json(upstream, Chunks.error("the cause", "some_error")));
        for (AnthropicServiceException failure : List.of(
                catchThrowableOfType(type, () -> sdk.create(ask("Hello"))),
                catchThrowableOfType(type, () -> sdk.stream(ask("Hello"))))) {
            assertThat(failure).isInstanceOf(type);
            assertThat(failure.statusCode()).isEqualTo(status);
            assertThat(failure.type().orElseThrow().asString()).isEqualTo(errorType);
            assertThat(failure.getMessage()).contains("the cause");
            assertThat(failure.requestId().orElseThrow()).startsWith("req_");
        }
        assertThat(bench.upstream().requests()).hasSize(2);
    }

    @Test
    @Case("E15")
    void rateLimitTellsWhenToComeBack() {
        bench.upstream()
                .reply(Reply.status(429)
                        .header("retry-after", "7")
                        .header("content-type", "application/json")
                        .text(Chunks.error("slow down", "rate_limit"))
                        .end());
        RateLimitException failure = catchThrowableOfType(RateLimitException.class, () -> sdk.stream(ask("Hello")));
        assertThat(failure.headers().values("retry-after")).containsExactly("7");
    }

    @Test
    void wrongClientKey() {
        try (SdkClient stranger = new SdkClient(bench.client("guessed", 0))) {
            UnauthorizedException failure =
                    catchThrowableOfType(UnauthorizedException.class, () -> stranger.create(ask("Hello")));
            assertThat(failure.type().orElseThrow().asString()).isEqualTo("authentication_error");
            assertThat(catchThrowableOfType(
                            UnauthorizedException.class,
                            () -> stranger.client().models().list()))
                    .isNotNull();
        }
        assertThat(bench.upstream().requests()).isEmpty();
    }

    @Test
    void requestThatIsWrongByItself() {
        BadRequestException failure = catchThrowableOfType(
                BadRequestException.class, () -> sdk.create(ask("Hello").messages(List.of())));
        assertThat(failure.getMessage()).contains("messages");
        assertThat(bench.upstream().requests()).isEmpty();
    }

    @Test
    void requestThatIsTooLarge() {
        String large = "x".repeat(33 << 20);
        ContentTooLargeException failure =
                catchThrowableOfType(ContentTooLargeException.class, () -> sdk.create(ask(large)));
        assertThat(failure.type().orElseThrow().asString()).isEqualTo("request_too_large");
    }

    @Test
    void upstreamThatIsNotThere() {
        bench.upstream().close();
        InternalServerException failure =
                catchThrowableOfType(InternalServerException.class, () -> sdk.stream(ask("Hello")));
        assertThat(failure.statusCode()).isEqualTo(500);
    }

    @Test
    void errorInTheMiddleOfAStream() {
        bench.upstream()
                .reply(Reply.streaming()
                        .sse(Chunks.role(), Chunks.text("Hel"), Chunks.error("lost the GPU", "server_error"))
                        .end());
        SseException failure = catchThrowableOfType(SseException.class, () -> sdk.stream(ask("Hello")));
        assertThat(failure.type().orElseThrow().asString()).isEqualTo("api_error");
        assertThat(failure.getMessage()).contains("lost the GPU");
    }

    @Test
    void truncatedStreamIsNoAnswer() {
        Reply half =
                Reply.streaming().sse(Chunks.role(), Chunks.text("Half an ans")).end();
        Reply cut =
                Reply.streaming().sse(Chunks.role(), Chunks.text("Half an ans")).close();
        bench.upstream().reply(half).reply(cut);
        for (int i = 0; i < 2; i++) {
            Throwable failure = catchThrowableOfType(AnthropicException.class, () -> sdk.stream(ask("Hello")));
            assertThat(failure).isInstanceOf(SseException.class);
        }
    }

    @Test
    void truncatedStreamFailsAnAsynchronousClientToo() throws Exception {
        bench.upstream()
                .reply(Reply.streaming().sse(Chunks.role(), Chunks.text("Half")).end());
        List<RawMessageStreamEvent> events = Collections.synchronizedList(new ArrayList<>());
        AsyncStreamResponse<RawMessageStreamEvent> stream = sdk.client()
                .async()
                .messages()
                .createStreaming(ask("Hello").build())
                .subscribe(events::add);
        ExecutionException failure = catchThrowableOfType(
                ExecutionException.class, () -> stream.onCompleteFuture().get(30, TimeUnit.SECONDS));
        assertThat(failure).hasCauseInstanceOf(SseException.class);
        assertThat(events).noneMatch(RawMessageStreamEvent::isMessageStop);
    }

    @Test
    void truncatedWholeAnswerIsNoAnswer() {
        bench.upstream()
                .reply(Reply.status(200)
                        .header("content-type", "application/json")
                        .contentLength(10_000)
                        .text(Chunks.completion("Half"))
                        .close())
                .reply(Reply.json(200, "{\"id\":\"x\",\"choices\":[{\"message\":{\"content\":\"Ha"));
        for (int i = 0; i < 2; i++) {
            assertThat(catchThrowableOfType(InternalServerException.class, () -> sdk.create(ask("Hello"))))
                    .isNotNull();
        }
    }

    @Test
    void retriesOfTheLibraryReachTheUpstream() {
        bench.upstream()
                .reply(Reply.json(503, Chunks.error("busy", "overloaded")))
                .reply(Reply.sse(Chunks.answer("Hello")));
        Message message;
        try (SdkClient patient = new SdkClient(bench.client("client-key", 1))) {
            message = patient.stream(ask("Hello"));
        }
        assertThat(message.content().get(0).asText().text()).isEqualTo("Hello");
        assertThat(bench.upstream().requests()).hasSize(2);
    }
}
