package io.github.claudecodeproxy.upstream;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Where a key comes from may be slow: a thread of its own, for the moment that it takes. */
final class KeyThread {

    private KeyThread() {}

    static CompletionStage<Credential> run(Supplier<Credential> work) {
        return CompletableFuture.supplyAsync(work, task -> {
            Thread thread = new Thread(task, "upstream-key");
            thread.setDaemon(true);
            thread.start();
        });
    }
}
