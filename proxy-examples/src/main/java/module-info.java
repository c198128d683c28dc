/** How to embed the engine. A named module, so that it also proves what the core exports. */
module io.github.claudecodeproxy.examples {
    requires transitive io.github.claudecodeproxy.core;
    requires static org.jspecify;

    // for EntraId only
    requires java.net.http;

    // for HttpServerProxy and EmbeddedTomcat only
    requires jdk.httpserver;
    requires io.github.claudecodeproxy.servlet;
    requires transitive org.apache.tomcat.embed.core;

    exports io.github.claudecodeproxy.examples;
}
