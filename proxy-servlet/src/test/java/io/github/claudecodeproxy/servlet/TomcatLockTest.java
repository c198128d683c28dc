package io.github.claudecodeproxy.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.http.Exchange;
import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.TestClient;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tomcat holds a lock of the connection while it runs a servlet, and wants it for the first write of another thread. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TomcatLockTest {

    @TempDir
    private Path base;

    private final Tomcat tomcat = new Tomcat();
    private final Connector connector = new Connector();

    @AfterEach
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void stop() throws Exception {
        tomcat.stop();
        tomcat.destroy();
    }

    private String answer(Consumer<Exchange> handler, String method, String body) throws Exception {
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        tomcat.setConnector(connector);
        tomcat.setSilent(true);
        tomcat.setBaseDir(base.toString());
        Context context = tomcat.addContext("", base.toString());
        TomcatTarget.withoutLeakDetection(context);
        Wrapper wrapper = Tomcat.addServlet(context, "proxy", new ProxyServlet(handler, ServletLimits.DEFAULT));
        wrapper.setAsyncSupported(true);
        wrapper.addMapping("/*");
        tomcat.start();
        URI address = URI.create("http://127.0.0.1:" + connector.getLocalPort());
        return TestClient.call(address, method, "/", HeaderList.of(), body).text();
    }

    /** Runs this beside the container's thread, until it is done or waits for something. */
    private static void beside(Runnable task) {
        Thread thread = new Thread(task, "engine");
        thread.setDaemon(true);
        thread.start();
        while (thread.getState() == Thread.State.NEW || thread.getState() == Thread.State.RUNNABLE) {
            Thread.onSpinWait();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void anAnswerMayBeginWhileTheServletStillRuns() throws Exception {
        assertThat(answer(
                        exchange -> {
                            beside(() -> exchange.respond(200, Map.of(), bytes("Hello")));
                            exchange.onClientGone(() -> {});
                        },
                        "GET",
                        ""))
                .isEqualTo("Hello");
    }

    @Test
    void aStreamMayBeginWhileTheServletStillRuns() throws Exception {
        assertThat(answer(
                        exchange -> {
                            beside(() -> {
                                var channel = exchange.open(200, Map.of(), () -> {});
                                boolean unused = channel.write(ByteBuffer.wrap(bytes("Hello")));
                                channel.end();
                            });
                            exchange.onClientGone(() -> {});
                        },
                        "GET",
                        ""))
                .isEqualTo("Hello");
    }

    @Test
    void anAnswerMayEndBeforeTheBodyWasRead() throws Exception {
        assertThat(answer(
                        exchange -> {
                            beside(() -> exchange.respond(200, Map.of(), bytes("Hello")));
                            exchange.onClientGone(() -> {});
                        },
                        "POST",
                        "x".repeat(1 << 20)))
                .isEqualTo("Hello");
    }
}
