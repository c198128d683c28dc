package io.github.claudecodeproxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Keys in files and from commands. */
class CredentialSupplierTest {

    @TempDir
    Path directory;

    private static Credential ask(CredentialSupplier supplier) throws Exception {
        return supplier.credential(null).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static String jwt(String claims) {
        String payload =
                Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        return "eyJhbGciOiJub25lIn0." + payload + ".c2ln";
    }

    @Test
    void aFileIsReadAgainWithEachQuestion() throws Exception {
        Path file = directory.resolve("key");
        CredentialSupplier supplier = CredentialSupplier.ofFile(file);
        assertThatThrownBy(() -> ask(supplier)).hasMessageContaining("no such file");
        Files.writeString(file, "\n");
        assertThatThrownBy(() -> ask(supplier)).hasMessageContaining("first line is empty");
        Files.writeString(file, " first-key \r\nsomething else");
        Credential first = ask(supplier);
        assertThat(first.key()).isEqualTo("first-key");
        assertThat(first.askAgain())
                .isBetween(
                        Instant.now().plus(Duration.ofSeconds(30)),
                        Instant.now().plus(Duration.ofSeconds(61)));
        Files.writeString(file, "second-key");
        assertThat(ask(supplier).key()).isEqualTo("second-key");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aCommandPrintsItAndItsComplaintIsTold() throws Exception {
        assertThat(ask(CredentialSupplier.ofCommand("printf 'a-key\\nmore\\n'; echo noise >&2")))
                .isEqualTo(Credential.key("a-key"));
        assertThatThrownBy(
                        () -> ask(CredentialSupplier.ofCommand("echo no; echo 'trace' >&2; echo 'log in' >&2; exit 3")))
                .hasMessageContaining("status 3: log in");
        assertThatThrownBy(() -> ask(CredentialSupplier.ofCommand("true"))).hasMessageContaining("printed no key");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aCommandThatHangsIsEnded() {
        KeyCommand slow = new KeyCommand("echo $$; sleep 600", Duration.ofMillis(200));
        CompletableFuture<Credential> asked = slow.credential(null).toCompletableFuture();
        assertThatThrownBy(() -> asked.get(60, TimeUnit.SECONDS)).hasMessageContaining("took longer");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aCommandThatPrintsTooMuchIsNotHeldUp() throws Exception {
        String command = "echo a-key; head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2";
        assertThat(ask(CredentialSupplier.ofCommand(command)).key()).isEqualTo("a-key");
    }

    @Test
    void aSignedTokenSaysWhenItExpires() {
        Instant expires = Instant.ofEpochSecond(1_900_000_000);
        Credential token = Credential.of(jwt("{\"aud\":\"x\", \"exp\" : 1900000000}"));
        assertThat(token.bearer()).isTrue();
        assertThat(token.askAgain()).isEqualTo(expires.minusSeconds(60));
        assertThat(Credential.of(jwt("{\"aud\":\"x\"}")).askAgain()).isNull();
        assertThat(Credential.of(jwt("{\"exp\":true}")).askAgain()).isNull();
        assertThat(Credential.of("sk-proj-eyJ.abc.def")).isEqualTo(Credential.key("sk-proj-eyJ.abc.def"));
        assertThat(token.toString()).doesNotContain("eyJ");
    }
}
