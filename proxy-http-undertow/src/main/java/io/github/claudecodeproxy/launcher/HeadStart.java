package io.github.claudecodeproxy.launcher;

import io.github.claudecodeproxy.provider.Providers;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.xnio.Xnio;

/**
 * Begins with what every start of the server waits for, and what does not depend on its configuration, while that is being
 * read: the data of the providers, the certificate authorities of the JVM, and the server's own library. What goes wrong
 * here goes wrong again, and is told, where it is needed. Stateless.
 */
final class HeadStart {

    private HeadStart() {}

    /** Begins, where there is another processor for it, and returns at once. */
    static void take() {
        if (Runtime.getRuntime().availableProcessors() > 1) {
            List.<Runnable>of(Providers::builtIn, HeadStart::authorities, Xnio::getInstance)
                    .forEach(HeadStart::begin);
        }
    }

    private static void authorities() {
        try {
            SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void begin(Runnable part) {
        Thread thread = new Thread(part, "head-start");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((broken, problem) -> {});
        thread.start();
    }
}
