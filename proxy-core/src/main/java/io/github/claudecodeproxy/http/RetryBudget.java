package io.github.claudecodeproxy.http;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/** How many calls may be in their second try at once: a share of all, so that retries cannot multiply trouble. Thread-safe. */
final class RetryBudget {

    private static final int ALWAYS = 3;
    private static final int ONE_IN = 5;

    private final IntSupplier calls;
    private final AtomicInteger taken = new AtomicInteger();

    /** A budget in proportion to the calls that run. */
    RetryBudget(IntSupplier calls) {
        this.calls = calls;
    }

    /** Takes one, if one is left; to be given back. */
    boolean take() {
        int most = Math.max(ALWAYS, calls.getAsInt() / ONE_IN);
        if (taken.incrementAndGet() <= most) {
            return true;
        }
        taken.decrementAndGet();
        return false;
    }

    void giveBack() {
        taken.decrementAndGet();
    }
}
