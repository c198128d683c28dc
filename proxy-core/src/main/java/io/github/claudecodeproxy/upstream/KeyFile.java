package io.github.claudecodeproxy.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A key in a file, as orchestrators mount their secrets. Thread-safe. */
final class KeyFile implements CredentialSupplier {

    private static final Duration FRESH = Duration.ofMinutes(1);
    private static final int LARGEST = 64 << 10;

    private final Path file;

    KeyFile(Path file) {
        this.file = file;
    }

    @Override
    public CompletionStage<Credential> credential(@Nullable Credential refused) {
        return KeyThread.run(this::read);
    }

    private Credential read() {
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(LARGEST), StandardCharsets.UTF_8);
            String key = text.lines().findFirst().orElse("").strip();
            if (key.isEmpty()) {
                throw new IllegalStateException("the file's first line is empty");
            }
            return Credential.of(key).until(Instant.now().plus(FRESH));
        } catch (NoSuchFileException e) {
            throw new IllegalStateException("there is no such file", e);
        } catch (IOException e) {
            throw new IllegalStateException("the file cannot be read", e);
        }
    }
}
