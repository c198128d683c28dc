package io.github.claudecodeproxy.upstream;

import io.github.claudecodeproxy.upstream.UpstreamException.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Tells from what was thrown why a call failed; for those who write an {@link UpstreamClient}. Many failures of the JDK are
 * a plain {@link IOException}, so that the message is the only evidence. Stateless.
 */
public final class FailureReasons {

    /** The JDK adds this to a failure within the response head, with the bytes received. */
    private static final Pattern WITHIN_HEAD = Pattern.compile("^parsing HTTP/1\\.1 ");

    private static final Pattern BROKEN_CHUNK = Pattern.compile("^(?:Chunk header|invalid |Illegal )");
    private static final Pattern ENDED_TLS = Pattern.compile("close_notify|Connection reset|Broken pipe");
    private static final Pattern TUNNEL = Pattern.compile("^(?:Tunnel failed|Proxy )");

    private static final Pattern OUT_OF_FILES = Pattern.compile("^Too many open files");

    private FailureReasons() {}

    /** Why a call failed of which no whole head of an answer has come. */
    public static UpstreamException beforeHeaders(Throwable thrown) {
        if (any(thrown, HttpConnectTimeoutException.class)) {
            return failure(Reason.CONNECT_TIMEOUT, "the connection to the upstream did not come about in time", thrown);
        }
        if (anyMessage(thrown, OUT_OF_FILES)) {
            return failure(Reason.NO_RESOURCES, "this process has too many open files", thrown);
        }
        if (any(thrown, UnresolvedAddressException.class) || any(thrown, UnknownHostException.class)) {
            return failure(Reason.UNKNOWN_HOST, "the upstream's host name does not resolve", thrown);
        }
        if (isTls(thrown)) {
            return failure(Reason.TLS, "no TLS connection to the upstream: " + tlsProblem(thrown), thrown);
        }
        if (any(thrown, NoSuchAlgorithmException.class)) {
            // its trust store, which a property may name, cannot be read
            String problem =
                    "the JVM's own TLS settings cannot be used: " + root(thrown).getMessage();
            return failure(Reason.TLS, problem, thrown);
        }
        if (any(thrown, ConnectException.class) || any(thrown, NoRouteToHostException.class)) {
            return failure(Reason.CONNECT, "the upstream could not be connected to", thrown);
        }
        if (anyMessage(thrown, TUNNEL)) {
            return failure(Reason.CONNECT, "the proxy did not connect to the upstream", thrown);
        }
        if (isNotHttp(thrown)) {
            return notHttp(thrown);
        }
        if (anyMessage(thrown, WITHIN_HEAD)) {
            return failure(Reason.TRUNCATED, "the upstream closed the connection within its response headers", thrown);
        }
        if (any(thrown, IOException.class)) {
            return failure(Reason.NO_RESPONSE, "the upstream closed the connection without an answer", thrown);
        }
        return failure(Reason.OTHER, "the call to the upstream failed", thrown);
    }

    /** Why a call failed whose answer had begun. */
    public static UpstreamException afterHeaders(Throwable thrown) {
        if (thrown instanceof UpstreamException known) {
            return known;
        }
        if (isNotHttp(thrown) || anyMessage(thrown, BROKEN_CHUNK)) {
            return notHttp(thrown);
        }
        if (any(thrown, IOException.class)) {
            return failure(Reason.TRUNCATED, "the upstream closed the connection within its answer", thrown);
        }
        return failure(Reason.OTHER, "reading the upstream's answer failed", thrown);
    }

    /**
     * A connection that ends after its handshake is no problem of TLS, though TLS reports it: as its own early end, or
     * around what the socket reported.
     */
    private static boolean isTls(Throwable thrown) {
        return any(thrown, SSLHandshakeException.class)
                || (any(thrown, SSLException.class)
                        && !any(thrown, EOFException.class)
                        && !any(thrown, SocketException.class)
                        && !any(thrown, ClosedChannelException.class)
                        && !anyMessage(thrown, ENDED_TLS));
    }

    private static String tlsProblem(Throwable thrown) {
        if (any(thrown, CertificateExpiredException.class)) {
            return "its certificate has expired";
        }
        if (any(thrown, CertPathBuilderException.class)) {
            return "its certificate is not trusted";
        }
        if (any(thrown, CertificateException.class)) {
            return "its certificate is not valid for it";
        }
        return any(thrown, EOFException.class) ? "it ended the handshake" : "the handshake failed";
    }

    /** A number that is none, such as a length, is an illegal argument. */
    private static boolean isNotHttp(Throwable thrown) {
        return any(thrown, ProtocolException.class) || any(thrown, IllegalArgumentException.class);
    }

    private static UpstreamException notHttp(Throwable thrown) {
        return failure(Reason.PROTOCOL, "the upstream's answer is not valid HTTP", thrown);
    }

    private static UpstreamException failure(Reason reason, String message, Throwable cause) {
        return new UpstreamException(reason, message, cause);
    }

    private static Throwable root(Throwable thrown) {
        Throwable cause = thrown.getCause();
        return cause == null ? thrown : root(cause);
    }

    private static boolean any(Throwable thrown, Class<? extends Throwable> type) {
        return any(thrown, type::isInstance);
    }

    private static boolean anyMessage(Throwable thrown, Pattern pattern) {
        return any(
                thrown,
                cause -> cause.getMessage() != null
                        && pattern.matcher(cause.getMessage()).find());
    }

    private static boolean any(Throwable thrown, Predicate<Throwable> test) {
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth < 20; cause = cause.getCause()) {
            if (test.test(cause)) {
                return true;
            }
            depth++;
        }
        return false;
    }
}
