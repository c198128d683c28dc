package io.github.claudecodeproxy.testkit.bars;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** O8: the first event through an nginx that buffers answers, against the first event without it. */
final class BehindNginx implements Bar {

    private static final int WARM_UP = 20;
    private static final int CALLS = 50;
    private static final String CONFIGURATION = """
            daemon off;
            pid nginx.pid;
            error_log stderr;
            events {}
            http {
                access_log off;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                server {
                    listen 127.0.0.1:%d;
                    location / {
                        proxy_buffering on;
                        proxy_http_version 1.1;
                        proxy_pass http://127.0.0.1:%d;
                    }
                }
            }
            """;

    @Override
    public List<Figure> measure(ProxyTarget target) throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                Server server = Server.start(target, upstream.baseUrl(), List.of())) {
            upstream.alwaysReply(request ->
                    Reply.streaming().sse(Chunks.role(), Chunks.text("Hel")).stall());
            URI direct = server.process().address();
            int port = freePort();
            Process nginx = start(port, direct.getPort());
            if (nginx == null) {
                return List.of(Figure.told("first event behind nginx", "no nginx"));
            }
            try {
                URI behind = URI.create("http://127.0.0.1:" + port);
                await(behind);
                Times without = new Times();
                Times with = new Times();
                for (int i = -WARM_UP; i < CALLS; i++) {
                    double millisWithout = firstEvent(direct);
                    double millisWith = firstEvent(behind);
                    if (i >= 0) {
                        without.add(millisWithout);
                        with.add(millisWith);
                    }
                }
                return List.of(
                        Figure.told("first event, median of " + CALLS, millis(without.percentile(0.5))),
                        Figure.told("the same behind nginx", millis(with.percentile(0.5))),
                        Figure.atMost("later by, p99", with.percentile(0.99) - without.percentile(0.99), 50, " ms"));
            } finally {
                nginx.destroy();
                nginx.waitFor();
            }
        }
    }

    private static @Nullable Process start(int port, int server) throws IOException {
        Path folder = Files.createTempDirectory("nginx");
        Path configuration = folder.resolve("nginx.conf");
        Files.writeString(configuration, CONFIGURATION.formatted(port, server));
        try {
            return new ProcessBuilder("nginx", "-p", folder + "/", "-c", configuration.toString())
                    .inheritIO()
                    .start();
        } catch (IOException e) {
            return null;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void await(URI address) throws Exception {
        long begun = System.nanoTime();
        while (true) {
            try {
                TestClient.connect(address).close();
                return;
            } catch (ConnectException e) {
                if (Times.since(begun) > TimeUnit.SECONDS.toMillis(10)) {
                    throw e;
                }
                Thread.sleep(20);
            }
        }
    }

    private static double firstEvent(URI address) throws IOException {
        try (TestClient client = TestClient.connect(address)) {
            long begun = System.nanoTime();
            Server.send(client, Server.STREAM);
            client.response().readUntil("Hel");
            return Times.since(begun);
        }
    }

    private static String millis(double value) {
        return String.format("%.2f ms", value);
    }
}
