package io.github.claudecodeproxy.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ReplyBuilder;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Rows 1 to 10: the connection to the upstream. */
final class ConnectionFaults {

    private static final Duration SHORT = Duration.ofMillis(500);

    private ConnectionFaults() {}

    static List<Fault> all() {
        return List.of(
                new Fault(1, "connection refused", ConnectionFaults::refused).sameOnEveryApi(Fault.NO_ANSWER),
                new Fault(2, "SYN black hole", ConnectionFaults::blackHole).sameOnEveryApi(Fault.NO_ANSWER),
                new Fault(3, "name does not resolve", ConnectionFaults::noSuchName).sameOnEveryApi(Fault.NO_ANSWER),
                new Fault(4, "TLS: expired, self-signed, wrong host", ConnectionFaults::badCertificates)
                        .sameOnEveryApi(Fault.NO_ANSWER),
                new Fault(5, "TLS to a plain port, plain to a TLS port", ConnectionFaults::tlsMixedUp)
                        .sameOnEveryApi(Fault.NO_ANSWER),
                new Fault(6, "TLS handshake stalls", ConnectionFaults::tlsStalls).sameOnEveryApi(Fault.NO_ANSWER),
                new Fault(7, "RST before any byte, on a fresh connection", ConnectionFaults::resetAtOnce)
                        .sameOnEveryApi(Fault.NO_ANSWER),
                new Fault(8, "reused connection closed by the upstream", ConnectionFaults::staleConnection),
                new Fault(9, "CONNECT proxy answers 407, 502", ConnectionFaults::tunnel)
                        .sameOnEveryApi(Fault.NO_ANSWER),
                new Fault(10, "upstream down for a while, then up", ConnectionFaults::downThenUp));
    }

    private static String refused(FaultBench bench) throws Exception {
        bench.upstream(unusedPort("http"));
        bench.refused(bench.whole(), 500, "api_error", true);
        return bench.refused(bench.stream(), 500, "api_error", true);
    }

    private static String blackHole(FaultBench bench) throws Exception {
        bench.setup(ProxySetup.defaults().with(ProxySetup.Timer.CONNECT, SHORT));
        try (BlackHole hole = new BlackHole()) {
            bench.upstream(hole.address());
            return bench.refused(bench.stream(), 504, "timeout_error", true);
        }
    }

    private static String noSuchName(FaultBench bench) throws Exception {
        bench.upstream(URI.create("http://no-such-host.invalid/v1"));
        Response response = bench.stream();
        assertThat(response.text()).doesNotContain("no-such-host");
        return bench.refused(response, 500, "api_error", true);
    }

    private static String badCertificates(FaultBench bench) throws Exception {
        String outcome = "";
        try (Certificates certificates = Certificates.make()) {
            for (String name : List.of("expired", "wrong host", "good")) {
                // the good one is self-signed to whoever does not know the authority
                ProxySetup setup = name.equals("good")
                        ? ProxySetup.defaults()
                        : ProxySetup.defaults().withTls(certificates.context(name));
                try (ScriptedUpstream server = ScriptedUpstream.start(certificates.context(name))) {
                    bench.setup(setup).upstream(server.baseUrl());
                    Response response = bench.stream();
                    assertThat(response.text()).contains("certificate");
                    outcome = bench.refused(response, 500, "api_error", false);
                    assertThat(server.connections().accepted()).as("attempts").isEqualTo(1);
                    assertThat(server.requests()).isEmpty();
                }
            }
        }
        return outcome + ", one attempt each";
    }

    private static String tlsMixedUp(FaultBench bench) throws Exception {
        URI plain = bench.upstream().baseUrl();
        bench.upstream(URI.create(plain.toString().replace("http:", "https:")));
        String outcome = bench.refused(bench.stream(), 500, "api_error", false);
        try (Certificates certificates = Certificates.make();
                ScriptedUpstream server = ScriptedUpstream.start(certificates.context("good"))) {
            bench.setup(ProxySetup.defaults());
            bench.upstream(URI.create(server.baseUrl().toString().replace("https:", "http:")));
            bench.refused(bench.stream(), 500, "api_error", false);
        }
        return outcome;
    }

    private static String tlsStalls(FaultBench bench) throws Exception {
        bench.setup(ProxySetup.defaults().with(ProxySetup.Timer.CONNECT, SHORT));
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            bench.upstream(URI.create("https://127.0.0.1:" + silent.getLocalPort() + "/v1"));
            return bench.refused(bench.stream(), 504, "timeout_error", true);
        }
    }

    private static String resetAtOnce(FaultBench bench) throws Exception {
        bench.setup(ProxySetup.defaults());
        bench.upstream().alwaysReply(request -> Reply.cutBeforeHeaders());
        String outcome = bench.refused(bench.stream(), 500, "api_error", true);
        int calls = bench.upstream().requests().size();
        assertThat(calls).isLessThanOrEqualTo(2);
        return outcome + ", " + calls + " attempts";
    }

    private static String staleConnection(FaultBench bench) throws Exception {
        int calls = 20;
        Set<Integer> used = ConcurrentHashMap.newKeySet();
        bench.upstream().alwaysReply(request -> {
            // A call that comes before the last one's connection is free makes a second one. Only one may be dead: a
            // call is sent again only once.
            boolean alone = bench.upstream().connections().open() == 1;
            if (!used.add(request.connection()) && alone) {
                return Reply.closeBeforeHeaders();
            }
            ReplyBuilder answer = Reply.streaming();
            return (alone ? answer : answer.header("connection", "close"))
                    .sse(bench.api().answer("Hello"))
                    .sse(bench.api().last())
                    .end();
        });
        try (TestClient client = bench.connect()) {
            for (int i = 0; i < calls; i++) {
                bench.send(client, FaultBench.STREAM);
                assertThat(client.response().readToEnd()).contains("message_stop");
            }
        }
        int stale = bench.upstream().requests().size() - calls;
        assertThat(stale).as("requests that met a dead connection").isPositive();
        return calls + " of " + calls + " calls answered";
    }

    private static String tunnel(FaultBench bench) throws Exception {
        String outcome = "";
        for (int status : new int[] {407, 502}) {
            try (ScriptedUpstream proxy = ScriptedUpstream.start()) {
                proxy.alwaysReply(
                        request -> Reply.status(status).contentLength().end());
                bench.setup(ProxySetup.defaults()
                        .withProxies(ProxySelector.of(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port()))));
                bench.upstream(URI.create("https://provider.invalid/v1"));
                outcome += status + ": " + bench.refused(bench.stream(), 500, "api_error", status == 502) + "; ";
            }
        }
        return outcome;
    }

    private static String downThenUp(FaultBench bench) throws Exception {
        bench.setup(ProxySetup.defaults().with("MAX_RETRIES", "0").withSpeed(20));
        bench.upstream().alwaysReply(request -> Reply.json(503, Chunks.error("down", "server_error")));
        int failures = 0;
        Response response = bench.stream();
        while (bench.upstream().requests().size() > failures) {
            failures++;
            response = bench.stream();
        }
        assertThat(failures)
                .as("calls until nobody calls the upstream any more")
                .isEqualTo(5);
        bench.refused(response, 529, "overloaded_error", true);
        assertThat(response.headers().first("retry-after")).matches("[1-9][0-9]?");
        bench.upstream().alwaysReply(request -> bench.api().stream("Hello"));
        int refusals = 0;
        while (response.status() != 200) {
            bench.refused(response, 529, "overloaded_error", true);
            refusals++;
            Thread.sleep(20);
            response = bench.stream();
        }
        assertThat(bench.upstream().requests()).as("probes").hasSize(failures + 1);
        return "529 for " + refusals + " calls, then 200 at the first probe";
    }

    static URI unusedPort(String scheme) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create(scheme + "://127.0.0.1:" + socket.getLocalPort() + "/v1");
        }
    }
}
