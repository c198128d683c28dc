package io.github.claudecodeproxy.benchmarks.process;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.handlers.proxy.LoadBalancingProxyClient;
import io.undertow.server.handlers.proxy.ProxyHandler;
import java.net.URI;

/** Undertow's own proxy, which passes bytes on with Undertow's own client. Arguments: its port and the upstream's. */
public final class PassThrough {

    private static final int CONNECTIONS = 5_000;

    private PassThrough() {}

    /** Runs until it is killed. */
    public static void main(String[] args) {
        LoadBalancingProxyClient client = new LoadBalancingProxyClient()
                .setConnectionsPerThread(CONNECTIONS)
                .setSoftMaxConnectionsPerThread(CONNECTIONS)
                .setTtl(4_000)
                .setMaxQueueSize(CONNECTIONS)
                // the limits hold for hosts that are added after them
                .addHost(URI.create("http://127.0.0.1:" + args[1]));
        Undertow.builder()
                .addHttpListener(Integer.parseInt(args[0]), "127.0.0.1")
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, 64L << 20)
                .setHandler(ProxyHandler.builder()
                        .setProxyClient(client)
                        .setMaxRequestTime(-1)
                        .build())
                .build()
                .start();
    }
}
