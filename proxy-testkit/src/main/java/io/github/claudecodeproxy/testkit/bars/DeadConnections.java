package io.github.claudecodeproxy.testkit.bars;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** R9: an upstream that says keep-alive and closes each connection 2 ms after its answer. */
final class DeadConnections implements Bar {

    private static final int CALLS = 300;

    @Override
    public List<Figure> measure(ProxyTarget target) throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread acceptor = new Thread(() -> accept(socket), "closing-upstream");
            acceptor.setDaemon(true);
            acceptor.start();
            URI upstream = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/v1");
            int plain = plain(upstream);
            int ours = 0;
            try (Server server = Server.start(target, upstream, List.of())) {
                for (int i = 0; i < CALLS; i++) {
                    ours += server.post(Server.WHOLE).status() == 200 ? 0 : 1;
                }
            }
            return List.of(
                    Figure.told("failures of 300 calls with a plain HttpClient", String.valueOf(plain)),
                    Figure.exactly("failures of 300 calls through the proxy", ours, 0));
        }
    }

    private static int plain(URI upstream) throws InterruptedException {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest request = HttpRequest.newBuilder(upstream)
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        int failures = 0;
        for (int i = 0; i < CALLS; i++) {
            try {
                client.send(request, HttpResponse.BodyHandlers.ofString());
            } catch (IOException e) {
                failures++;
            }
        }
        return failures;
    }

    private static void accept(ServerSocket socket) {
        try {
            while (true) {
                Socket connection = socket.accept();
                Thread thread = new Thread(() -> answer(connection), "closing-connection");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException e) {
            // closed: the measurement is over
        }
    }

    private static void answer(Socket connection) {
        try (connection) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
            int length = 0;
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                    length = Integer.parseInt(line.substring(15).strip());
                }
            }
            for (int i = 0; i < length; i++) {
                in.read();
            }
            String body = Chunks.completion("Hello");
            String head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: keep-alive\r\n"
                    + "Content-Length: " + body.length() + "\r\n\r\n";
            connection.getOutputStream().write((head + body).getBytes(StandardCharsets.ISO_8859_1));
            connection.getOutputStream().flush();
            Thread.sleep(2);
        } catch (IOException e) {
            // the peer was faster
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
