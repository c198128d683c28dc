package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.provider.ModelMapper;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.provider.Providers;
import io.github.claudecodeproxy.testkit.Case;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tools where no provider of the data shows the case. */
class ToolsTest {

    private static Translation translation(String modelData, String request) {
        ProviderProfile profile = Providers.builtIn()
                .with("{\"models\": [" + modelData + "]}")
                .named("openai")
                .orElseThrow();
        ClaudeOpenAiTranslator translator = ClaudeOpenAiTranslator.builder()
                .profile(profile)
                .models(ModelMapper.tiers("m", "m", "m"))
                .build();
        return translator.translate(translator.parse(request.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    @Case("T16")
    void aModelWithoutToolsGetsNoneAndReadsEarlierCallsAsText() {
        Translation trip = translation("{\"match\": \"m\", \"tools\": false}", """
                {"model": "claude-opus-4-5", "max_tokens": 10, "tool_choice": {"type": "any"},
                 "tools": [{"name": "Read", "input_schema": {"type": "object", "properties": {}}}],
                 "messages": [{"role": "user", "content": "Go"},
                   {"role": "assistant", "content": [{"type": "tool_use", "id": "a", "name": "Read", "input": {"p": 1}}]},
                   {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a", "content": "text"}]}]}""");
        String body = new String(trip.body(), StandardCharsets.UTF_8);
        assertThat(body).doesNotContain("\"tools\"", "tool_choice", "tool_calls", "\"tool\"");
        assertThat(body).contains("call of the tool Read", "{\\\"p\\\":1}", "result of a tool", "text");
        assertThat(trip.diagnostics()).anyMatch(loss -> loss.kind() == Diagnostic.Kind.TOOL_DROPPED);
    }

    @Test
    void namesThatShortenAlikeStayDifferent() {
        ToolNames names = new ToolNames();
        Set<String> upstream = new HashSet<>();
        List<String> wanted =
                List.of("a".repeat(65), "a".repeat(66), "mcp__x y", "mcp__x.y", "mcp__x/y", names.upstream("mcp__x:y"));
        wanted.forEach(name -> upstream.add(names.upstream(name)));
        assertThat(upstream).hasSize(wanted.size()).allMatch(name -> name.matches("[a-zA-Z0-9_-]{1,64}"));
        wanted.forEach(
                name -> assertThat(names.client(names.upstream(name)).name()).isEqualTo(name));
    }
}
