package io.github.claudecodeproxy.launcher;

import io.github.claudecodeproxy.provider.Providers;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.net.ssl.SSLContext;
import org.xnio.Xnio;

/**
 * Loads on a thread of its own what takes long and does not depend on the configuration. What goes wrong here goes wrong
 * again, and is told, where it is needed. Stateless.
 */
final class HeadStart {

    private HeadStart() {}

    /** Begins with what is known of providers, while the configuration is read, and returns at once. */
    static void ofProviders() {
        if (Runtime.getRuntime().availableProcessors() > 1) {
            // One that most have; others differ in values only
            run(() -> Providers.builtIn().named("openai"));
        }
    }

    /**
     * Begins with the library below the server, while the configuration is read, and returns at once. To be called when
     * logging is configured: while its library is being found, it gives other threads a factory that is none.
     */
    static void ofServer() {
        if (Runtime.getRuntime().availableProcessors() > 1) {
            run(Xnio::getInstance);
        }
    }

    /** The JVM's certificate authorities, its cryptography and a model, once nobody waits for the server any more. */
    static void ofCalls() {
        run(() -> {
            try {
                SSLContext.getDefault();
                Mac.getInstance("HmacSHA256");
                Providers.builtIn().named("openai").orElseThrow().model("gpt-4o");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void run(Runnable task) {
        Thread thread = new Thread(task, "head-start");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((broken, problem) -> {});
        thread.start();
    }
}
