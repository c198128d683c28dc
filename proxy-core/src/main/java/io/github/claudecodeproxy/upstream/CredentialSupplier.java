package io.github.claudecodeproxy.upstream;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Gives the key of an upstream, which may change: from a vault, from an identity service, from a file that somebody else
 * renews. Asked before the first call, from {@link Credential#askAgain} on, and when the upstream has refused what was
 * given; by one at a time, and what it gave serves all calls until then. Calls wait for the answer only where there is
 * no key yet or the last one was refused.
 *
 * <p>It must not block. What it throws, or what its stage fails with, ends the calls that wait with an error; the message
 * is logged, but never shown to a client.
 */
@FunctionalInterface
public interface CredentialSupplier {

    /**
     * A credential.
     *
     * @param refused what the upstream answered 401 to; null when the next one is asked for. To give the same again says
     *     that there is no other one.
     */
    CompletionStage<Credential> credential(@Nullable Credential refused);

    /** Always this key. */
    static CredentialSupplier fixed(String key) {
        CompletableFuture<Credential> always = CompletableFuture.completedFuture(Credential.key(key));
        return refused -> always;
    }

    /** The first line of a file, which is read again every minute and when the upstream has refused what it held. */
    static CredentialSupplier ofFile(Path file) {
        return new KeyFile(file);
    }

    /**
     * What a command prints as its first line. It is run by the shell of the system, at most for 30 s, and again when what
     * it printed was refused; where that is a signed token (JWT), also a minute before it expires.
     */
    static CredentialSupplier ofCommand(String command) {
        return new KeyCommand(command);
    }
}
