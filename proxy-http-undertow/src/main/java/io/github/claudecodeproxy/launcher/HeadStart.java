package io.github.claudecodeproxy.launcher;

import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import org.xnio.Xnio;

/**
 * Begins with what every start of the server waits for and what does not depend on its configuration, while that is being
 * read: the certificate authorities of the JVM, and the library below the server. What goes wrong here goes wrong again,
 * and is told, where it is needed. Stateless.
 */
final class HeadStart {

    private HeadStart() {}

    /**
     * Begins, where there is another processor for it, and returns at once. To be called when logging is configured: while
     * its library is being found, it gives other threads a factory that is none.
     */
    static void take() {
        if (Runtime.getRuntime().availableProcessors() > 1) {
            Thread thread = new Thread(HeadStart::run, "head-start");
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler((broken, problem) -> {});
            thread.start();
        }
    }

    private static void run() {
        try {
            SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        Xnio.getInstance();
    }
}
