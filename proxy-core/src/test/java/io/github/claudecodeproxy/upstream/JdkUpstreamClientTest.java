package io.github.claudecodeproxy.upstream;

class JdkUpstreamClientTest extends UpstreamClientContract {

    static UpstreamClient client(JdkUpstreamClient.Builder builder, ClientSetup setup) {
        builder.connectTimeout(setup.connectTimeout()).proxy(setup.proxy());
        return setup.tls() == null
                ? builder.build()
                : builder.sslContext(setup.tls()).build();
    }

    @Override
    UpstreamClient client(ClientSetup setup) {
        return client(JdkUpstreamClient.builder(), setup);
    }

    /** Before Java 21 they go when they have been idle for long enough. */
    @Override
    boolean closesAtOnce() {
        return Pool.canShutDown();
    }
}
