package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.upstream.Credential;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lets us in at one upstream at this moment. One question at a time is put to its supplier, for all calls that wait;
 * while the next one is asked for, the one before goes on being used. Thread-safe.
 */
final class UpstreamCredential {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamCredential.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Nothing is asked for again so soon after it was asked for in vain, or in place of what was refused. */
    private static final Duration IN_VAIN = Duration.ofSeconds(5);

    private final UpstreamKey key;
    private final InstantSource clock;
    private final KnownSecrets secrets;
    private volatile @Nullable Credential current;
    private @Nullable CompletableFuture<Credential> pending;
    private Instant notBefore = Instant.MIN;
    private @Nullable MissingException last;

    UpstreamCredential(UpstreamKey key, InstantSource clock, KnownSecrets secrets) {
        this.key = key;
        this.clock = clock;
        this.secrets = secrets;
        this.current = key.fixed() == null ? null : Credential.key(key.fixed());
    }

    String label() {
        return key.label();
    }

    /** Whether there may be another one than that which was refused. */
    boolean renewable() {
        return key.fixed() == null;
    }

    /** The one to use; fails with a {@link MissingException}. */
    CompletableFuture<Credential> now() {
        Credential known = current;
        if (known == null) {
            MissingException failed = mayAsk() ? null : lastFailure();
            return failed == null ? ask(null) : CompletableFuture.failedFuture(failed);
        }
        if (due(known) && mayAsk()) {
            CompletableFuture<Credential> next = ask(null);
            return next.isDone() && !next.isCompletedExceptionally() ? next : CompletableFuture.completedFuture(known);
        }
        return CompletableFuture.completedFuture(known);
    }

    /** The one to use where this one was refused; the same when there is no other. */
    CompletableFuture<Credential> insteadOf(Credential refused) {
        Credential known = current;
        boolean replaced = known != null && !known.key().equals(refused.key());
        if (replaced || !mayAsk()) {
            return CompletableFuture.completedFuture(replaced ? known : refused);
        }
        return ask(refused);
    }

    private synchronized @Nullable MissingException lastFailure() {
        return last;
    }

    private synchronized boolean mayAsk() {
        return !clock.instant().isBefore(notBefore);
    }

    private CompletableFuture<Credential> ask(@Nullable Credential refused) {
        CompletableFuture<Credential> asked;
        synchronized (this) {
            if (pending != null) {
                return pending;
            }
            asked = new CompletableFuture<>();
            pending = asked;
        }
        CompletableFuture<Credential> unused = supplied(refused)
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .whenComplete((credential, failure) -> answered(asked, refused, credential, failure));
        return asked;
    }

    private CompletableFuture<Credential> supplied(@Nullable Credential refused) {
        try {
            // A copy, so that the time limit does not end what is the supplier's own.
            return key.supplier().credential(refused).toCompletableFuture().copy();
        } catch (RuntimeException | Error e) {
            // Also where there is no thread left to ask on: a question that nobody answers would hold up all calls.
            return CompletableFuture.failedFuture(e);
        }
    }

    private void answered(
            CompletableFuture<Credential> asked,
            @Nullable Credential refused,
            @Nullable Credential credential,
            @Nullable Throwable failure) {
        String problem = failure != null
                ? reason(failure)
                : credential == null ? "nothing was given" : HeaderRules.keyProblem(credential.key());
        if (problem == null) {
            secrets.use(key.label(), Objects.requireNonNull(credential).key());
        }
        MissingException missing =
                problem == null ? null : new MissingException(key.label() + ": " + LogText.of(problem));
        synchronized (this) {
            pending = null;
            last = missing;
            // One that was refused is replaced, and one that is due at once is renewed, now and then, not at each call.
            if (missing != null || refused != null || (current != null && due(credential))) {
                notBefore = clock.instant().plus(IN_VAIN);
            }
            if (missing == null) {
                current = credential;
            }
        }
        if (missing != null) {
            LOG.warn("{}", missing.getMessage());
            asked.completeExceptionally(missing);
        } else {
            asked.complete(Objects.requireNonNull(credential));
        }
    }

    private boolean due(@Nullable Credential credential) {
        Instant again = credential == null ? null : credential.askAgain();
        return again != null && !clock.instant().isBefore(again);
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof TimeoutException) {
            return "no key within " + PATIENCE.toSeconds() + " s";
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    /** There is no key; the message is for those who run the proxy. */
    static final class MissingException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        MissingException(String message) {
            super(message);
        }
    }
}
