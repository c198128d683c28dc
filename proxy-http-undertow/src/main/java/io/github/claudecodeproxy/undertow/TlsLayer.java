package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.upstream.FailureReasons;
import io.github.claudecodeproxy.upstream.UpstreamException;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import java.io.IOException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.ssl.SslConnection;

/** TLS on a connection to an upstream, whose certificate must name the upstream's host. As its connection for threads. */
final class TlsLayer {

    private final SslConnection connection;
    private final RememberingSslEngine engine;

    private TlsLayer(SslConnection connection, RememberingSslEngine engine) {
        this.connection = connection;
        this.engine = engine;
    }

    /** A layer that has not said anything yet. */
    static TlsLayer over(StreamConnection plain, UndertowXnioSsl tls, Target target) {
        SslConnection connection = tls.wrapExistingConnection(
                plain,
                OptionMap.builder()
                        .set(Options.SSL_PEER_HOST_NAME, target.host())
                        .set(Options.SSL_PEER_PORT, target.port())
                        .getMap());
        RememberingSslEngine engine = new RememberingSslEngine(UndertowXnioSsl.getSslEngine(connection));
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        UndertowXnioSsl.getSslConduit(connection).setSslEngine(engine);
        return new TlsLayer(connection, engine);
    }

    /**
     * Begins the handshake, which goes on as the connection is read and written. The connection is closed when it cannot
     * begin.
     *
     * @param agreed run when it is complete, on the connection's thread
     */
    void handshake(Runnable agreed) throws UpstreamException {
        connection.getHandshakeSetter().set(channel -> agreed.run());
        try {
            connection.startHandshake();
        } catch (IOException e) {
            IoUtils.safeClose(connection);
            throw notAgreed(e);
        }
    }

    StreamConnection connection() {
        return connection;
    }

    /** What has gone wrong in the layer, of which the connection may tell less, or nothing; null for nothing. */
    @Nullable
    IOException failure() {
        return engine.failure();
    }

    /**
     * Why the two have not agreed.
     *
     * @param thrown what the connection tells of it
     */
    UpstreamException notAgreed(IOException thrown) {
        IOException remembered = engine.failure();
        IOException known = remembered == null ? thrown : remembered;
        if (known instanceof SSLHandshakeException) {
            return FailureReasons.beforeHeaders(known);
        }
        SSLHandshakeException ended = new SSLHandshakeException("the handshake has ended");
        ended.initCause(known);
        return FailureReasons.beforeHeaders(ended);
    }
}
