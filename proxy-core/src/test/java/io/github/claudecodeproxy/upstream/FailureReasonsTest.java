package io.github.claudecodeproxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.upstream.UpstreamException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

/** Which pooled connection dies in which way is up to the kernel, so what TLS makes of it is shown here. */
class FailureReasonsTest {

    @Test
    void aTlsConnectionThatDiedGaveNoResponse() {
        assertThat(reason(new SSLException("Connection reset", new SocketException("Connection reset"))))
                .isEqualTo(Reason.NO_RESPONSE);
        assertThat(reason(new SSLException("write failed", new IOException("Broken pipe"))))
                .isEqualTo(Reason.NO_RESPONSE);
        assertThat(reason(new SSLException("write failed", new ClosedChannelException())))
                .isEqualTo(Reason.NO_RESPONSE);
        assertThat(reason(new SSLException("closing inbound before receiving peer's close_notify")))
                .isEqualTo(Reason.NO_RESPONSE);
    }

    @Test
    void whatIsWrongWithTlsItselfIsNamed() {
        assertThat(reason(new SSLHandshakeException("no cipher suites in common")))
                .isEqualTo(Reason.TLS);
        assertThat(reason(new SSLException("Unsupported or unrecognized SSL message")))
                .isEqualTo(Reason.TLS);
    }

    /** As the JDK's client throws them when it is made. */
    @Test
    void aClientThatCannotBeMadeSaysWhy() {
        UpstreamException tls = FailureReasons.beforeHeaders(new UncheckedIOException(
                new IOException(new NoSuchAlgorithmException("no context", new IOException("no key store")))));
        assertThat(tls.reason()).isEqualTo(Reason.TLS);
        assertThat(tls).hasMessageEndingWith("cannot be used: no key store");
        assertThat(FailureReasons.beforeHeaders(new UncheckedIOException(new IOException("Too many open files")))
                        .reason())
                .isEqualTo(Reason.NO_RESOURCES);
        assertThat(FailureReasons.beforeHeaders(new OutOfMemoryError()).reason())
                .isEqualTo(Reason.OTHER);
    }

    @Test
    void aProcessWithoutFreeFilesIsNotTheUpstreamsFault() {
        assertThat(FailureReasons.beforeHeaders(new ConnectException("Too many open files"))
                        .reason())
                .isEqualTo(Reason.NO_RESOURCES);
    }

    private static Reason reason(SSLException thrown) {
        return FailureReasons.beforeHeaders(new IOException("the call failed", thrown))
                .reason();
    }
}
