/**
 * Lets clients of the Anthropic Messages API work with OpenAI-compatible providers: the translation engine and the
 * proxy without a server.
 */
module io.github.claudecodeproxy.core {
    requires transitive com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.module.paramnames;
    requires java.net.http;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports io.github.claudecodeproxy.claude;
    exports io.github.claudecodeproxy.http;
    exports io.github.claudecodeproxy.openai;
    exports io.github.claudecodeproxy.provider;
    exports io.github.claudecodeproxy.tokens;
    exports io.github.claudecodeproxy.translate;
    exports io.github.claudecodeproxy.upstream;

    // Jackson makes these records and their readers.
    opens io.github.claudecodeproxy.claude to
            com.fasterxml.jackson.databind;
    opens io.github.claudecodeproxy.openai to
            com.fasterxml.jackson.databind;
    opens io.github.claudecodeproxy.provider to
            com.fasterxml.jackson.databind;
    opens io.github.claudecodeproxy.translate to
            com.fasterxml.jackson.databind;
}
