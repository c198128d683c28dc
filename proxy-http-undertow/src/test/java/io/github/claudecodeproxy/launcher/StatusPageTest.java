package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.browser.Browser;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page for people in a real browser; where there is none, nothing of it is shown by this test. */
@Timeout(180)
class StatusPageTest {

    private static final HeaderList JSON = HeaderList.of("content-type", "application/json");

    @TempDir
    private Path directory;

    private static void call(String url, HeaderList headers, String model) throws Exception {
        TestClient.call(
                URI.create(url),
                "POST",
                "/v1/messages",
                headers,
                "{\"model\":\"" + model + "\",\"max_tokens\":100,\"stream\":true,\"messages\":[{\"role\":\"user\","
                        + "\"content\":\"prompt-canary\"}]}");
    }

    private static Browser browser() throws Exception {
        Optional<Path> program = Browser.installed();
        assumeTrue(program.isPresent(), "no browser is installed");
        return Browser.start(program.orElseThrow());
    }

    @Test
    void showsCallsAndHowToPointClaudeCodeHere() throws Exception {
        try (Browser browser = browser();
                LaunchedProcess process = LaunchedProcess.start(directory, Map.of("PORT", "0"), List.of("--demo"))) {
            String url = process.url();
            call(url, JSON, "claude-sonnet-4-5");
            call(url, JSON, "claude-<b id='mark'>&amp;</b>");
            browser.open(url + "/");
            browser.await("document.querySelectorAll('#calls tr').length === 2");

            assertThat(browser.text("#calls"))
                    .contains("claude-sonnet-4-5", "claude-<b id='mark'>&amp;</b>", "demo", "end_turn")
                    .doesNotContain("prompt-canary");
            assertThat(browser.evaluate("document.getElementById('mark') === null"))
                    .isEqualTo("true");
            assertThat(browser.text("#commands")).contains("export ANTHROPIC_BASE_URL=" + url + "\n");
            assertThat(browser.evaluate("document.querySelectorAll('#chart rect').length >= 2"))
                    .isEqualTo("true");
            browser.evaluate("document.getElementById('copy').click()");
            browser.await("document.getElementById('copied').textContent !== ''");
            browser.evaluate("document.getElementById('test').click()");
            browser.await("document.getElementById('tested').className === 'good'");
            browser.picture(Path.of("target", "status-page.png"));

            assertThat(browser.requests()).allSatisfy(asked -> assertThat(asked).startsWith(url));
            assertThat(browser.complaints()).allSatisfy(text -> assertThat(text).contains("favicon"));
        }
    }

    @Test
    void theKeyIsTypedAndStaysInThePage() throws Exception {
        Map<String, String> environment = Map.of(
                "PORT", "0",
                "HOST", "127.0.0.1",
                "OPENAI_API_KEY", "k",
                "OPENAI_BASE_URL", "http://127.0.0.1:9/v1",
                "MAX_RETRIES", "0",
                "ANTHROPIC_API_KEY", "client-canary");
        try (Browser browser = browser();
                LaunchedProcess process = LaunchedProcess.start(directory, environment, List.of())) {
            String url = process.url();
            call(url, JSON.with("x-api-key", "client-canary"), "claude-haiku-4-5");
            browser.open(url + "/");
            browser.await("!document.getElementById('login').hidden");
            assertThat(browser.text("body")).doesNotContain("gpt-4o");
            type(browser, "wrong");
            browser.await("document.getElementById('refused').textContent !== ''");
            type(browser, "client-canary");
            browser.await("document.querySelectorAll('#calls tr').length === 1");

            assertThat(browser.text("#calls"))
                    .contains("claude-haiku-4-5", "gpt-4o-mini", "Cannot connect to the provider");
            assertThat(browser.evaluate("location.href + document.cookie + JSON.stringify(localStorage)"
                            + " + JSON.stringify(sessionStorage) + document.documentElement.outerHTML"
                            + " + document.getElementById('key').value"))
                    .doesNotContain("client-canary");
            assertThat(browser.requests()).noneMatch(asked -> asked.contains("client-canary"));
        }
    }

    private static void type(Browser browser, String key) {
        browser.evaluate("document.getElementById('key').value = '" + key + "';"
                + "document.getElementById('login').requestSubmit()");
    }
}
