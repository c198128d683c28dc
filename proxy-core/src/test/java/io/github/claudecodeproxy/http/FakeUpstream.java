package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.upstream.UpstreamCall;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import io.github.claudecodeproxy.upstream.UpstreamException;
import io.github.claudecodeproxy.upstream.UpstreamListener;
import io.github.claudecodeproxy.upstream.UpstreamRequest;
import io.github.claudecodeproxy.upstream.UpstreamResponseHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An upstream that a test plays by hand. */
final class FakeUpstream implements UpstreamClient {

    private final List<Call> calls = new ArrayList<>();

    @Override
    public UpstreamCall send(UpstreamRequest request, UpstreamListener listener) {
        Call call = new Call(request, listener);
        calls.add(call);
        return call;
    }

    @Override
    public void close() {}

    int count() {
        return calls.size();
    }

    Call call(int index) {
        return calls.get(index);
    }

    Call last() {
        return calls.get(calls.size() - 1);
    }

    static final class Call implements UpstreamCall {

        private final UpstreamRequest request;
        private final UpstreamListener listener;
        private int demand;
        private boolean cancelled;

        Call(UpstreamRequest request, UpstreamListener listener) {
            this.request = request;
            this.listener = listener;
        }

        @Override
        public void more() {
            demand++;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        UpstreamRequest request() {
            return request;
        }

        /** What was sent. */
        String body() {
            return new String(request.body(), 0, request.bodyLength(), StandardCharsets.UTF_8);
        }

        int demand() {
            return demand;
        }

        boolean cancelled() {
            return cancelled;
        }

        Call headers(int status, String... pairs) {
            Map<String, String> headers = new TreeMap<>();
            for (int i = 0; i < pairs.length; i += 2) {
                headers.put(pairs[i], pairs[i + 1]);
            }
            listener.headers(new UpstreamResponseHead(status, headers));
            return this;
        }

        /** Begins a stream of events. */
        Call stream() {
            return headers(200, "content-type", "text/event-stream");
        }

        /** Sends bytes that were asked for, in one read. */
        Call bytes(String text) {
            assertThat(demand).as("bytes that were asked for").isPositive();
            demand--;
            listener.bytes(List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
            return this;
        }

        /** Sends one event that was asked for. */
        Call data(String json) {
            return bytes("data: " + json + "\n\n");
        }

        Call text(String text) {
            return data("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}");
        }

        Call finish(String reason) {
            return data("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}");
        }

        void end() {
            listener.end();
        }

        /** A whole answer. */
        void respond(int status, String body, String... pairs) {
            headers(status, pairs);
            bytes(body);
            if (!cancelled) {
                end();
            }
        }

        void fail(UpstreamException.Reason reason) {
            listener.failure(new UpstreamException(reason, "as the test wants it", new IOException()));
        }
    }
}
