package io.github.claudecodeproxy.http;

import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what calls of models are made of, content included, so that they can be made again; see {@link CallReplay}. Told
 * by threads of the engine or of the server, by several at once, mostly under the lock of the call: it must be
 * thread-safe and must not block. What is told here is secret: whoever writes it down decides what of it may be read by
 * others. {@link CallListener#ended} tells that a call is over.
 */
@FunctionalInterface
public interface CallRecorder {

    /**
     * A call begins.
     *
     * @param requestId names the call, as in {@link CallReport#requestId}
     * @param headers those of the client that a translation may depend on; no key is among them
     * @param request the body that the client sent; must not be changed
     * @return what is told of the rest; null when this call is not recorded
     */
    @Nullable
    Recording begun(String requestId, Map<String, String> headers, byte[] request);

    /** One call that is recorded; told in order, and nothing after the call has ended. */
    interface Recording {

        /**
         * The request goes upstream, for the first time or again.
         *
         * @param provider the name of the profile
         * @param model the provider's name of the model
         */
        void sent(String provider, String model);

        /** The upstream has begun to answer; header names are in lower case. */
        void answered(int status, Map<String, String> headers);

        /** Bytes of the answer; to be read before this returns. */
        void bytes(ByteBuffer bytes);

        /** The answer broke off, or there was none. */
        void broken(String reason);
    }
}
