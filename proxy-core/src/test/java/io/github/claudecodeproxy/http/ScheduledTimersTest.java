package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ScheduledTimersTest {

    @Test
    void tasksRunInOrderOnOneDaemonAndOutliveOneThatFails() throws InterruptedException {
        try (ScheduledTimers timers = new ScheduledTimers(System::nanoTime)) {
            CountDownLatch ran = new CountDownLatch(1);
            AtomicBoolean daemon = new AtomicBoolean();
            AtomicBoolean cancelled = new AtomicBoolean();
            CountDownLatch scheduled = new CountDownLatch(1);
            timers.after(Duration.ZERO, () -> {
                await(scheduled);
                throw new IllegalStateException("as the test wants it");
            });
            timers.after(Duration.ZERO, () -> cancelled.set(true)).cancel();
            timers.after(Duration.ofMillis(1), () -> {
                daemon.set(Thread.currentThread().isDaemon());
                ran.countDown();
            });
            scheduled.countDown();
            assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(daemon).isTrue();
            assertThat(cancelled).isFalse();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void afterTheCloseTimersAreRefusedQuietly() {
        ScheduledTimers timers = new ScheduledTimers(System::nanoTime);
        timers.close();
        timers.after(Duration.ofSeconds(1), () -> {}).cancel();
        assertThat(timers.now()).isNotZero();
    }
}
