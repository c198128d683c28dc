/** How to embed the engine. A named module, so that it also proves what the core exports. */
module io.github.claudecodeproxy.examples {
    requires transitive io.github.claudecodeproxy.core;
    requires static org.jspecify;

    exports io.github.claudecodeproxy.examples;
}
