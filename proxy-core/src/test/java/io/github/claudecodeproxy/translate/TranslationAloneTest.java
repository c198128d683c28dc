package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Whoever only translates needs no HTTP client, no server, no log and no thread. */
class TranslationAloneTest {

    private static final List<String> REFUSED = List.of(
            "io.github.claudecodeproxy.http.",
            "io.github.claudecodeproxy.upstream.",
            "java.net.http.",
            "org.slf4j.",
            "ch.qos.logback.");

    @Test
    void works() throws Exception {
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        try (URLClassLoader engineOnly = new EngineOnly()) {
            Object alone = engineOnly
                    .loadClass(TranslationAlone.class.getName())
                    .getConstructor()
                    .newInstance();
            assertThat(alone.getClass().getClassLoader()).isSameAs(engineOnly);
            assertThat((String) ((Supplier<?>) alone).get())
                    .contains("\"model\":\"gpt-4o\"", "\"content\":\"Hello\"")
                    .contains("{\"type\":\"text\",\"text\":\"Good day.\"}")
                    .contains("content_block_delta", "message_stop");
            assertThatThrownBy(() -> engineOnly.loadClass("io.github.claudecodeproxy.http.ProxyEngine"))
                    .isInstanceOf(ClassNotFoundException.class);
        }
        Set<Thread> started = new HashSet<>(Thread.getAllStackTraces().keySet());
        started.removeAll(before);
        assertThat(started)
                .noneMatch(thread -> thread.getName().contains("HttpClient")
                        || thread.getName().startsWith("proxy-")
                        || thread.getName().startsWith("upstream-"));
    }

    /** The class path of these tests, without all that only a proxy needs. */
    private static final class EngineOnly extends URLClassLoader {

        EngineOnly() throws MalformedURLException {
            super(classPath(), ClassLoader.getPlatformClassLoader());
        }

        private static URL[] classPath() throws MalformedURLException {
            String[] entries = System.getProperty("java.class.path").split(File.pathSeparator, -1);
            URL[] urls = new URL[entries.length];
            for (int i = 0; i < entries.length; i++) {
                urls[i] = Path.of(entries[i]).toUri().toURL();
            }
            return urls;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (REFUSED.stream().anyMatch(name::startsWith)) {
                throw new ClassNotFoundException(name + " is not for translation");
            }
            return super.loadClass(name, resolve);
        }
    }
}
