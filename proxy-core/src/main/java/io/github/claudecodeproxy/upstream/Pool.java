package io.github.claudecodeproxy.upstream;

import java.net.http.HttpClient;

/** An HttpClient, which is a pool of connections, and what is known about them. */
record Pool(HttpClient client, IdleConnections idle) {

    static Pool of(HttpClient client) {
        return new Pool(client, new IdleConnections());
    }
}
