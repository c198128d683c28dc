package io.github.claudecodeproxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.undertow.UndertowClients;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class UndertowHttpProxyTest extends HttpProxyContract {

    private static final UndertowClients CLIENTS = new UndertowClients();

    @AfterAll
    static void stop() {
        CLIENTS.close();
    }

    @Override
    UpstreamClient client(ClientSetup setup) {
        return CLIENTS.client(setup.connectTimeout(), setup.tls(), setup.proxy());
    }

    @Test
    void aTunnelInWhichTlsCannotBeginIsClosed() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (RawServer proxy = new RawServer(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK\r\n\r\n");
            connection.awaitClosed();
            closed.countDown();
        })) {
            UpstreamClient client = CLIENTS.client(
                    Duration.ofSeconds(10), withoutEngines(), proxy.uri().resolve("/"));
            URI upstream = URI.create("https://upstream.example/v1/chat");
            Recorder recorder =
                    Recorder.greedy().send(client, UpstreamRequest.post(upstream, Map.of(), new byte[] {'1'}));

            assertThat(recorder.last()).isEqualTo("OTHER");
            assertThat(closed.await(10, TimeUnit.SECONDS)).as("closed").isTrue();
        }
    }

    private static SSLContext withoutEngines() throws Exception {
        SSLContext real = SSLContext.getDefault();
        SSLContextSpi broken = new SSLContextSpi() {

            @Override
            protected void engineInit(KeyManager[] keys, TrustManager[] trusted, SecureRandom random) {}

            @Override
            protected SSLSocketFactory engineGetSocketFactory() {
                return real.getSocketFactory();
            }

            @Override
            protected SSLServerSocketFactory engineGetServerSocketFactory() {
                return real.getServerSocketFactory();
            }

            @Override
            protected SSLEngine engineCreateSSLEngine() {
                throw new IllegalStateException("of a test");
            }

            @Override
            protected SSLEngine engineCreateSSLEngine(String host, int port) {
                throw new IllegalStateException("of a test");
            }

            @Override
            protected SSLSessionContext engineGetServerSessionContext() {
                return real.getServerSessionContext();
            }

            @Override
            protected SSLSessionContext engineGetClientSessionContext() {
                return real.getClientSessionContext();
            }
        };
        return new SSLContext(broken, real.getProvider(), real.getProtocol()) {};
    }
}
