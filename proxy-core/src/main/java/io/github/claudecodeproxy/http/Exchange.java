package io.github.claudecodeproxy.http;

import java.net.InetAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request and its response: all that an adapter to a server supplies. The engine answers each exchange exactly
 * once, by {@link #respond} or by {@link #open}. Apart from {@link #onClientGone} callbacks, an exchange is used by one
 * thread at a time; that need not be the server's own thread. An adapter must hold no lock of its own while it runs a
 * callback, because the engine calls back into the exchange from there.
 */
public interface Exchange {

    /** The HTTP method in upper case. */
    String method();

    /** The path as it was sent, not decoded, without query and without the context path of a container. */
    String path();

    /** What stands behind the question mark, as it was sent and not decoded; null when there is none. */
    @Nullable
    String query();

    /** The first value of a request header, or null; the name in any case. */
    @Nullable
    String header(String name);

    /**
     * The address of the peer of the connection, whatever a forwarding header says; null when the server does not know it.
     */
    @Nullable
    InetAddress peer();

    /**
     * Reads the request's body and hands it to the receiver, on any thread, possibly before this returns. At most once
     * per exchange.
     *
     * @param limit most bytes to accept
     * @param receiver told once how it went
     */
    void readBody(int limit, BodyReceiver receiver);

    /**
     * Registers what to run when the client closes its connection or it breaks before the response is complete. Runs
     * at most once, on any thread; at once if the client is gone already. An adapter that cannot notice this while
     * nothing is written runs it at the first write that fails.
     */
    void onClientGone(Runnable callback);

    /** Sends a whole response. Returns at once; a client that is gone is not an error. */
    void respond(int status, Map<String, String> headers, byte[] body);

    /**
     * Sends status and headers and returns the channel for the body, which has no length known in advance.
     *
     * @param writable run, on any thread, each time the channel becomes writable after {@link ResponseChannel#write}
     *     returned false
     */
    ResponseChannel open(int status, Map<String, String> headers, Runnable writable);

    /** Told how reading a body went; exactly one of its methods but {@link #accepts} is called, once. */
    interface BodyReceiver {

        /** The whole body. The array belongs to the receiver. */
        void body(byte[] bytes);

        /**
         * Asked, before each piece of the body is kept, whether so many bytes in all may be in memory. When not, the
         * rest is not read, and {@link #tooLarge} is told. Called by the thread that reads; it does not block.
         */
        default boolean accepts(long bytes) {
            return true;
        }

        /** The body is larger than the limit, or was not accepted; the rest is not read. */
        void tooLarge();

        /** The client did not send the body that it announced, or not in time. */
        void failed();
    }
}
