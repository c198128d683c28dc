package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.upstream.UpstreamCall;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import io.github.claudecodeproxy.upstream.UpstreamListener;
import io.github.claudecodeproxy.upstream.UpstreamRequest;
import io.github.claudecodeproxy.upstream.UpstreamResponseHead;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SmallCallTest {

    /** An upstream that is so fast that its head is there before the call is handed back. */
    private static final class Hasty implements UpstreamClient {

        @Override
        public UpstreamCall send(UpstreamRequest request, UpstreamListener listener) {
            listener.headers(new UpstreamResponseHead(200, Map.of()));
            return new UpstreamCall() {

                private int asked;

                @Override
                public void more() {
                    asked++;
                    if (asked == 1) {
                        listener.bytes(List.of(ByteBuffer.wrap("here".getBytes(StandardCharsets.UTF_8))));
                    } else if (asked == 2) {
                        listener.end();
                    }
                }

                @Override
                public void cancel() {}
            };
        }

        @Override
        public void close() {}
    }

    @Test
    void anAnswerThatComesBeforeTheCallIsKnownIsReadToItsEnd() {
        List<String> told = new ArrayList<>();
        UpstreamRequest request = UpstreamRequest.get(URI.create("http://provider.test/"), Map.of());
        SmallCall.send(new Hasty(), request, new FakeTimers(), Duration.ofSeconds(2), 100, new SmallCall.Receiver() {
            @Override
            public void answered(byte[] body) {
                told.add(new String(body, StandardCharsets.UTF_8));
            }

            @Override
            public void failed(String why) {
                told.add(why);
            }
        });
        assertThat(told).containsExactly("here");
    }
}
