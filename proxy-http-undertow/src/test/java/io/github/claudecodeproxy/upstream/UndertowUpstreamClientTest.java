package io.github.claudecodeproxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.undertow.UndertowClients;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.xnio.XnioIoThread;

class UndertowUpstreamClientTest extends UpstreamClientContract {

    private static final UndertowClients CLIENTS = new UndertowClients();
    private static final Duration CONNECT = Duration.ofSeconds(10);

    @AfterAll
    static void stop() {
        CLIENTS.close();
    }

    @Override
    UpstreamClient client(ClientSetup setup) {
        return CLIENTS.client(setup.connectTimeout(), setup.tls(), setup.proxy());
    }

    @Test
    void anAnswerThatNobodyAskedForIsNotTheNextOne() throws Exception {
        BlockingQueue<String> sent = new LinkedBlockingQueue<>();
        try (RawServer server = new RawServer(connection -> {
            while (connection.request() != null) {
                connection.answer("asked for");
                connection.answer("not asked for");
                sent.add("both");
            }
        })) {
            UpstreamClient client = CLIENTS.client(CONNECT, null, null);
            for (int i = 0; i < 200; i++) {
                Recorder recorder = Recorder.greedy().send(client, request(server.uri()));
                assertThat(recorder.last()).isEqualTo("end");
                assertThat(recorder.body()).isEqualTo("asked for");
                assertThat(sent.poll(10, TimeUnit.SECONDS)).isEqualTo("both");
            }
        }
    }

    @Test
    void aCallThatCannotGoOnIsToldAndItsConnectionIsNotLost() throws Exception {
        ProxySelector broken = new ProxySelector() {

            @Override
            public List<Proxy> select(URI uri) {
                throw new IllegalStateException("of a test");
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException problem) {}
        };
        Recorder recorder =
                Recorder.greedy().send(CLIENTS.client(CONNECT, broken), request(URI.create("http://127.0.0.1:1/")));

        assertThat(recorder.last()).isEqualTo("OTHER");
        assertThat(recorder.failure()).hasMessageNotContaining("of a test");
    }

    /** The engine may translate a large request once more for another upstream, and the end of an error is read whole. */
    @Test
    void whatMayTakeLongIsToldOffTheThreadsThatServeClients() throws Exception {
        URI gone;
        try (RawServer server = new RawServer(connection -> {
            while (connection.request() != null) {
                connection.answer("");
            }
        })) {
            gone = server.uri();
            assertThat(toldOnIoThread(gone)).isFalse();
        }
        assertThat(toldOnIoThread(gone)).isFalse();
    }

    @Test
    void theEndOfAShortAnswerIsToldWithoutAChangeOfThreads() throws Exception {
        try (RawServer server = new RawServer(connection -> {
            while (connection.request() != null) {
                connection.answer("ok");
            }
        })) {
            assertThat(toldOnIoThread(server.uri())).isTrue();
        }
    }

    private static boolean toldOnIoThread(URI uri) throws Exception {
        CompletableFuture<Boolean> told = new CompletableFuture<>();
        CompletableFuture<UpstreamCall> call = new CompletableFuture<>();
        call.complete(CLIENTS.client(CONNECT, null, null).send(request(uri), new UpstreamListener() {

            @Override
            public void headers(UpstreamResponseHead head) {
                more();
            }

            @Override
            public void bytes(List<ByteBuffer> buffers) {
                more();
            }

            private void more() {
                CompletableFuture<Void> unused = call.thenAccept(UpstreamCall::more);
            }

            @Override
            public void end() {
                told.complete(XnioIoThread.currentThread() != null);
            }

            @Override
            public void failure(UpstreamException failure) {
                told.complete(XnioIoThread.currentThread() != null);
            }
        }));
        return told.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aNameWhoseServerIsSilentDoesNotHoldUpAddresses() throws Exception {
        UpstreamClient client = CLIENTS.client(CONNECT, null, null);
        try (RawServer server = new RawServer(connection -> {
            while (connection.request() != null) {
                connection.answer("ok");
            }
        })) {
            for (int i = 0; i < 50; i++) {
                Recorder.greedy().send(client, request(URI.create("http://nonexistent-" + i + ".invalid/")));
            }
            Recorder recorder = Recorder.greedy().send(client, request(server.uri()));
            assertThat(recorder.last()).isEqualTo("end");
        }
    }

    private static UpstreamRequest request(URI uri) {
        return UpstreamRequest.post(uri, Map.of(), new byte[] {'{', '}'});
    }
}
