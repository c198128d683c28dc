package io.github.claudecodeproxy.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A key that a command prints, as those of vaults and clouds do. Thread-safe. */
final class KeyCommand implements CredentialSupplier {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LARGEST = 64 << 10;
    private static final int MOST_WORDS = 300;

    private final String command;
    private final Duration patience;

    KeyCommand(String command) {
        this(command, PATIENCE);
    }

    KeyCommand(String command, Duration patience) {
        this.command = command;
        this.patience = patience;
    }

    @Override
    public CompletionStage<Credential> credential(@Nullable Credential refused) {
        return KeyThread.run(this::run);
    }

    private Credential run() {
        boolean windows = System.getProperty("os.name", "").startsWith("Windows");
        ProcessBuilder builder =
                new ProcessBuilder(windows ? List.of("cmd.exe", "/c", command) : List.of("/bin/sh", "-c", command));
        Process process;
        try {
            process = builder.start();
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new IllegalStateException("the command cannot be started", e);
        }
        // A child that outlives the command may hold its output open, so both are read beside the wait for its end.
        CompletableFuture<String> printed = text(process.getInputStream());
        CompletableFuture<String> complaint = text(process.getErrorStream());
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("the command took longer than " + patience.toSeconds() + " s");
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException(
                        "the command ended with status " + process.exitValue() + said(complaint));
            }
            String key = printed.get(1, TimeUnit.SECONDS)
                    .lines()
                    .findFirst()
                    .orElse("")
                    .strip();
            if (key.isEmpty()) {
                throw new IllegalStateException("the command printed no key");
            }
            return Credential.of(key);
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the command was not waited for", e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the command ended, but what it printed did not", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** Its last line, which usually says what to do: to log in again. */
    private static String said(CompletableFuture<String> complaint) throws InterruptedException {
        try {
            String text = complaint.get(1, TimeUnit.SECONDS).strip();
            String last = text.substring(text.lastIndexOf('\n') + 1);
            String words = last.substring(0, Math.min(MOST_WORDS, last.length()));
            return words.isEmpty() ? "" : ": " + words;
        } catch (ExecutionException | TimeoutException e) {
            return "";
        }
    }

    private static CompletableFuture<String> text(InputStream from) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try (from) {
                        String read = new String(from.readNBytes(LARGEST), StandardCharsets.UTF_8);
                        // What is not read would hold up the command.
                        from.transferTo(OutputStream.nullOutputStream());
                        text.complete(read);
                    } catch (IOException e) {
                        text.completeExceptionally(e);
                    }
                },
                "upstream-key-output");
        reader.setDaemon(true);
        reader.start();
        return text;
    }
}
