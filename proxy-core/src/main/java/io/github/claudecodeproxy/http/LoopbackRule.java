package io.github.claudecodeproxy.http;

import java.net.InetAddress;
import java.util.List;

/**
 * Whether a request comes from this machine. What a forwarding header says is never believed; that there is one says that
 * the request came through a server in front of this one, and so from anywhere.
 */
final class LoopbackRule {

    private static final List<String> FORWARDING =
            List.of("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via");

    private LoopbackRule() {}

    static boolean admits(Exchange exchange) {
        InetAddress peer = exchange.peer();
        return peer != null
                && peer.isLoopbackAddress()
                && FORWARDING.stream().allMatch(name -> exchange.header(name) == null);
    }
}
