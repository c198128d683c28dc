package consumer;

import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.http.ProxyEngine;
import io.github.claudecodeproxy.http.ProxySettings;
import io.github.claudecodeproxy.translate.ClaudeOpenAiTranslator;
import io.github.claudecodeproxy.translate.Translation;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import java.nio.charset.StandardCharsets;

/** Translates a message, then makes and ends a whole engine. */
public final class Consumer {

    private Consumer() {}

    /** Says what it did. */
    public static void main(String[] arguments) {
        ClaudeOpenAiTranslator translator = ClaudeOpenAiTranslator.builder().build();
        Translation trip = translator.translate(translator.parse(bytes("{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}")));
        byte[] message = ClaudeJson.bytes(trip.message(
                bytes("{\"choices\":[{\"message\":{\"content\":\"Good day.\"},\"finish_reason\":\"stop\"}]}")));
        System.out.println(new String(message, StandardCharsets.UTF_8));
        ProxySettings settings = ProxySettings.builder().upstreamKey("none").build();
        try (UpstreamClient client = settings.upstreamClient().build();
                ProxyEngine engine = new ProxyEngine(settings, client)) {
            engine.drain();
        }
        System.out.println(Consumer.class.getModule().isNamed() ? "on the module path" : "on the class path");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
