package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A configuration that changes while the server runs. */
@Timeout(180)
class ReloadTest {

    private static final HeaderList JSON = HeaderList.of("content-type", "application/json");
    private static final long LIMIT = Duration.ofSeconds(60).toNanos();

    @TempDir
    Path directory;

    private final ScriptedUpstream before = ScriptedUpstream.start();
    private final ScriptedUpstream after = ScriptedUpstream.start();

    @AfterEach
    void stop() {
        before.close();
        after.close();
    }

    private void configure(ScriptedUpstream upstream, String key, String... more) throws Exception {
        String text = "PORT=0\nMAX_RETRIES=0\nOPENAI_API_KEY=" + key + "\nOPENAI_BASE_URL=" + upstream.baseUrl() + "\n"
                + String.join("\n", more) + "\n";
        Files.writeString(directory.resolve(".env"), text);
    }

    private static String call(LaunchedProcess process, boolean stream) throws Exception {
        String body = "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":100,\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        return TestClient.call(URI.create(process.url()), "POST", "/v1/messages", JSON, body)
                .text();
    }

    private static void awaitAnswer(LaunchedProcess process, String text) throws Exception {
        long end = System.nanoTime() + LIMIT;
        while (!call(process, false).contains(text)) {
            assertThat(System.nanoTime()).as("time for the change").isLessThan(end);
            Thread.sleep(100);
        }
    }

    private static String ended(LaunchedProcess process) throws Exception {
        process.terminate();
        process.exit();
        return String.join("\n", process.out()) + "\n" + String.join("\n", process.err());
    }

    @Test
    void newCallsFollowTheFileAndRunningStreamsGoOn() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        before.alwaysReply(request -> request.text().contains("\"stream\":true")
                ? Reply.streaming()
                        .sse(Chunks.text("from the first"))
                        .reached(begun)
                        .pause(goOn)
                        .sse(Chunks.text(" and whole"), Chunks.finish("stop"))
                        .done()
                        .end()
                : Reply.json(200, Chunks.completion("from the first")));
        after.alwaysReply(request -> Reply.json(200, Chunks.completion("from the second")));
        configure(before, "canary-key-one");
        try (LaunchedProcess process = LaunchedProcess.start(directory, Map.of(), List.of())) {
            awaitAnswer(process, "from the first");
            String[] streamed = new String[1];
            Thread reader = new Thread(() -> {
                try {
                    streamed[0] = call(process, true);
                } catch (Exception e) {
                    streamed[0] = e.toString();
                }
            });
            reader.start();
            await(begun);
            configure(after, "canary-key-two", "LOG_LEVEL=DEBUG", "HOST=localhost");
            awaitAnswer(process, "from the second");
            assertThat(after.requests().get(0).header("authorization")).isEqualTo("Bearer canary-key-two");
            goOn.countDown();
            reader.join();
            assertThat(streamed[0]).contains("from the first", " and whole", "message_stop");
            // what the page shows of calls goes on
            assertThat(TestClient.call(URI.create(process.url()), "GET", "/status", JSON, "")
                            .json()
                            .path("calls"))
                    .hasSizeGreaterThanOrEqualTo(3);
            assertThat(ended(process))
                    .contains(
                            "changed are HOST, LOG_LEVEL, OPENAI_API_KEY, OPENAI_BASE_URL",
                            "HOST: holds from the next start on",
                            "upstream answered 200")
                    .doesNotContain("canary");
        }
    }

    @Test
    void aFileThatCannotBeUsedChangesNothing() throws Exception {
        before.alwaysReply(request -> Reply.json(200, Chunks.completion("from the first")));
        after.alwaysReply(request -> Reply.json(200, Chunks.completion("from the second")));
        configure(before, "canary-key-one");
        try (LaunchedProcess process = LaunchedProcess.start(directory, Map.of(), List.of())) {
            awaitAnswer(process, "from the first");
            configure(after, "canary-key-two", "MAX_TOKENS_LIMIT=canary", "LOG_LEVEL=nothing");
            process.awaitErr("the changed configuration is not used");
            assertThat(call(process, false)).contains("from the first");
            configure(after, "canary-key-two");
            awaitAnswer(process, "from the second");
            assertThat(ended(process))
                    .contains(
                            "not used, the one before still holds: MAX_TOKENS_LIMIT: must be a whole number",
                            "not used, the one before still holds: LOG_LEVEL: must be one of")
                    .doesNotContain("canary");
        }
    }

    @Test
    void aFileWhoseKeyCannotBeHadLeavesTheLogAsItWas() throws Exception {
        before.alwaysReply(request -> Reply.json(200, Chunks.completion("from the first")));
        configure(before, "canary-key-one");
        try (LaunchedProcess process = LaunchedProcess.start(directory, Map.of(), List.of())) {
            awaitAnswer(process, "from the first");
            Files.writeString(
                    directory.resolve(".env"),
                    "OPENAI_API_KEY_FILE=" + directory.resolve("nowhere") + "\nLOG_LEVEL=CRITICAL\n");
            process.awaitErr("the changed configuration is not used");
            assertThat(call(process, false)).contains("from the first");
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aPipeIsReadOnce() throws Exception {
        before.alwaysReply(request -> Reply.json(200, Chunks.completion("from the first")));
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Thread writer = new Thread(() -> {
            try {
                Files.writeString(
                        pipe, "PORT=0\nOPENAI_API_KEY=canary-key-one\nOPENAI_BASE_URL=" + before.baseUrl() + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        writer.setDaemon(true);
        writer.start();
        try (LaunchedProcess process = LaunchedProcess.start(directory, Map.of(), List.of("--env", pipe.toString()))) {
            awaitAnswer(process, "from the first");
            process.terminate();
            assertThat(process.exit()).isZero();
        }
    }

    @Test
    void aServerThatStopsTakesNoCallsAlsoWhenItsFileChanges() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        before.alwaysReply(request -> request.text().contains("\"stream\":true")
                ? Reply.streaming()
                        .sse(Chunks.text("x"))
                        .reached(begun)
                        .pause(goOn)
                        .done()
                        .end()
                : Reply.json(200, Chunks.completion("from the first")));
        after.alwaysReply(request -> Reply.json(200, Chunks.completion("from the second")));
        configure(before, "canary-key-one");
        try (LaunchedProcess process = LaunchedProcess.start(directory, Map.of(), List.of())) {
            awaitAnswer(process, "from the first");
            Thread reader = new Thread(() -> {
                try {
                    call(process, true);
                } catch (Exception e) {
                    // it is ended
                }
            });
            reader.setDaemon(true);
            reader.start();
            await(begun);
            process.terminate();
            configure(after, "canary-key-two");
            process.awaitErr("the configuration was read again");
            assertThat(call(process, false)).contains("shutting down");
            goOn.countDown();
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aHangUpReadsItAgainToo() throws Exception {
        before.alwaysReply(request -> Reply.json(200, Chunks.completion("from the first")));
        configure(before, "canary-key-one");
        try (LaunchedProcess process = LaunchedProcess.start(directory, Map.of(), List.of())) {
            awaitAnswer(process, "from the first");
            process.hangUp();
            if (hangUpsAreIgnored()) {
                // As under nohup: then it stays so, and the server goes on.
                assertThat(call(process, false)).contains("from the first");
                return;
            }
            process.awaitErr("the configuration was read again: nothing has changed");
            assertThat(call(process, false)).contains("from the first");
            assertThat(ended(process)).contains("Reading the configuration again");
        }
    }

    private static boolean hangUpsAreIgnored() throws Exception {
        Path status = Path.of("/proc/self/status");
        return Files.isReadable(status)
                && Files.readAllLines(status).stream()
                        .anyMatch(line ->
                                line.startsWith("SigIgn:") && "13579bdf".indexOf(line.charAt(line.length() - 1)) >= 0);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
