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
            timers.after(Duration.ofMillis(20), () -> cancelled.set(true)).cancel();
            timers.after(Duration.ofMillis(1), () -> {
                throw new IllegalStateException("as the test wants it");
            });
            timers.after(Duration.ofMillis(40), () -> {
                daemon.set(Thread.currentThread().isDaemon());
                ran.countDown();
            });
            assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(daemon).isTrue();
            assertThat(cancelled).isFalse();
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
