package io.github.claudecodeproxy.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.MappingMatch;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who ends a request of a container, and when. */
@Timeout(60)
class ServletExchangeTest {

    private static final byte[] TEXT = "Hello".getBytes(StandardCharsets.UTF_8);

    private final ServletTimers timers = new ServletTimers();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final CountDownLatch broken = new CountDownLatch(1);
    private final AsyncContext async =
            asked(AsyncContext.class, Map.of("getRequest", request(), "getResponse", response()));
    private final ServletExchange exchange =
            new ServletExchange(async, ServletLimits.DEFAULT, timers, () -> {}, ended -> calls.add("over"));

    @AfterEach
    void stop() {
        timers.close();
    }

    /** What a container gives, as far as it matters here: these answers, and nothing for all other questions. */
    private <T> T asked(Class<T> type, Map<String, ?> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    if (type == AsyncContext.class
                            && List.of("complete", "dispatch").contains(method.getName())) {
                        calls.add(method.getName());
                        broken.countDown();
                    }
                    if (answers.containsKey(method.getName())) {
                        return answers.get(method.getName());
                    }
                    return method.getReturnType() == int.class ? Integer.valueOf(-1) : null;
                }));
    }

    private HttpServletRequest request() {
        return asked(
                HttpServletRequest.class,
                Map.of(
                        "getMethod", "GET",
                        "getRequestURI", "/",
                        "getContextPath", "",
                        "getServletPath", "",
                        "getContentLengthLong", 0L,
                        "getHttpServletMapping",
                                asked(HttpServletMapping.class, Map.of("getMappingMatch", MappingMatch.PATH)),
                        "getHeaderNames", Collections.emptyEnumeration()));
    }

    private HttpServletResponse response() {
        return asked(HttpServletResponse.class, Map.of("getOutputStream", new BrokenStream()));
    }

    /** Ready at once, and broken. */
    private static final class BrokenStream extends ServletOutputStream {

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            try {
                listener.onWritePossible();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
        }
    }

    @Test
    void aWriteThatFailsLeavesTheEndToTheContainer() {
        exchange.respond(200, Map.of(), TEXT);
        assertThat(calls).isEmpty();
        exchange.onError(new AsyncEvent(async));
        assertThat(calls).containsExactly("complete", "over");
        exchange.onComplete(new AsyncEvent(async));
        assertThat(calls).startsWith("complete").doesNotContain("dispatch");
    }

    @Test
    void aContainerThatNeverSaysSoIsToldToBreakTheConnection() throws Exception {
        exchange.respond(200, Map.of(), TEXT);
        assertThat(broken.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(calls.get(0)).isEqualTo("dispatch");
    }
}
