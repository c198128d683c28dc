package io.github.claudecodeproxy.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class DaemonThreadsTest {

    @Test
    void noThreadIsLeftBehindTheEnd() {
        for (int i = 0; i < 2_000; i++) {
            List<Thread> used = new CopyOnWriteArrayList<>();
            DaemonThreads threads = new DaemonThreads("test");
            ExecutorService executor = Executors.newSingleThreadExecutor(threads);
            executor.execute(() -> used.add(Thread.currentThread()));
            executor.shutdown();
            threads.awaitEnd(executor);
            assertThat(used).as("executor " + i).hasSize(1).noneMatch(Thread::isAlive);
        }
    }

    @Test
    void areDaemonsWithANumber() {
        DaemonThreads threads = new DaemonThreads("test");
        assertThat(threads.newThread(() -> {}).getName()).isEqualTo("test-1");
        Thread second = threads.newThread(() -> {});
        assertThat(second.getName()).isEqualTo("test-2");
        assertThat(second.isDaemon()).isTrue();
    }
}
