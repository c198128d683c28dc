package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How many calls, and how much of their requests, this process takes in at once. Whoever comes on top of that is told so
 * before a byte of a body is read. Thread-safe.
 */
final class Admission {

    // The bytes themselves, what was read from them, and what goes to the upstream, with room to grow into.
    private static final int MEMORY_PER_BYTE = 4;
    private static final int LONGEST_RETRY_AFTER = 5;

    private final int mostCalls;
    private final long mostMemory;
    private int calls;
    private long memory;
    private long refused;

    /**
     * An admission.
     *
     * @param mostCalls how many at once
     * @param mostMemory bytes of memory that their requests may take; a call that is alone may always take what it needs
     */
    Admission(int mostCalls, long mostMemory) {
        this.mostCalls = mostCalls;
        this.mostMemory = mostMemory;
    }

    /**
     * Lets a call in.
     *
     * @param announced bytes of its body, 0 when not known
     * @throws ClaudeException when there is no room
     */
    synchronized Pass enter(long announced) {
        if (calls >= mostCalls) {
            refused++;
            throw new ClaudeException(overloaded("This proxy already has as many calls as it takes at once."));
        }
        Pass pass = new Pass();
        calls++;
        if (!pass.keep(announced)) {
            calls--;
            refused++;
            throw new ClaudeException(full());
        }
        return pass;
    }

    /** The calls that are in. */
    synchronized int calls() {
        return calls;
    }

    /** How many were turned away, since the start. */
    synchronized long refused() {
        return refused;
    }

    /** What is told when there is no memory left for a body. */
    static ClaudeError full() {
        return overloaded("The requests that are being served leave no memory for this one.");
    }

    /** No room at the moment; not all who are told so may come back at the same time. */
    static ClaudeError overloaded(String message) {
        int after = ThreadLocalRandom.current().nextInt(1, LONGEST_RETRY_AFTER + 1);
        return ClaudeError.of(ClaudeError.Type.OVERLOADED, message)
                .withRetryAfter(String.valueOf(after))
                .withShouldRetry(true);
    }

    /** What one call was let in with, until it leaves. */
    final class Pass {

        private long held;
        private boolean left;

        private Pass() {}

        /** Whether so many bytes of the body may be in memory, those of before included. */
        boolean keep(long bytes) {
            synchronized (Admission.this) {
                long more = bytes * MEMORY_PER_BYTE - held;
                boolean alone = memory == held;
                if (left || (more > 0 && memory + more > mostMemory && !alone)) {
                    return false;
                }
                if (more > 0) {
                    held += more;
                    memory += more;
                }
                return true;
            }
        }

        /** Nothing of the request is needed any more. */
        void drop() {
            synchronized (Admission.this) {
                memory -= held;
                held = 0;
            }
        }

        /** The call is over. */
        void leave() {
            synchronized (Admission.this) {
                if (!left) {
                    left = true;
                    calls--;
                    drop();
                }
            }
        }
    }
}
