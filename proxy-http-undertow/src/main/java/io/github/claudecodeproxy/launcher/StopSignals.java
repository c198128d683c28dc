package io.github.claudecodeproxy.launcher;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the first signal to stop begin an orderly end, and the second end the process at once. A shutdown hook could not
 * tell them apart: the JVM pays no attention to a signal while its hooks run.
 */
final class StopSignals {

    private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);
    private static final int STOPPED_BY_SIGNAL = 128 + 15;

    private StopSignals() {}

    /** Installs the handlers, where the JVM has signals; elsewhere its shutdown hooks are all there is. */
    static void handle(Runnable orderly) {
        AtomicBoolean begun = new AtomicBoolean();
        Runnable onSignal = () -> {
            if (begun.compareAndSet(false, true)) {
                Thread thread = new Thread(orderly, "stopping");
                thread.setDaemon(true);
                thread.start();
            } else {
                Runtime.getRuntime().halt(STOPPED_BY_SIGNAL);
            }
        };
        for (String name : new String[] {"TERM", "INT"}) {
            install(name, onSignal);
        }
    }

    /** What a terminal sends to all its programs is for the one in front; what is sent to us alone is passed on to it. */
    static void leaveTo(Process client) {
        install("INT", () -> {});
        install("TERM", client::destroy);
    }

    /** What daemons are told to read their configuration with. Where it was ignored at the start it stays so. */
    static void onHangUp(Runnable again) {
        install("HUP", () -> {
            Thread thread = new Thread(again, "hang-up");
            thread.setDaemon(true);
            thread.start();
        });
    }

    /** By reflection: the compiler warns of this class, which every JDK has in its module jdk.unsupported. */
    private static void install(String name, Runnable onSignal) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours = Proxy.newProxyInstance(
                    StopSignals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            onSignal.run();
                        }
                        return null;
                    });
            Method handle = signal.getMethod("handle", signal, handler);
            handle.invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            LOG.debug("no handler for the signal {}", name, e);
        }
    }
}
