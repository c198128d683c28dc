package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

@Timeout(60)
class LoggingTest {

    private static final Logger log = LoggerFactory.getLogger(LoggingTest.class);

    private final PrintStream before = System.err;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final CountDownLatch released = new CountDownLatch(1);

    @AfterEach
    void restore() throws JoranException {
        released.countDown();
        Logging.stop();
        System.setErr(before);
        new ContextInitializer((LoggerContext) LoggerFactory.getILoggerFactory()).autoConfig();
    }

    @Test
    void nobodyWaitsForAnErrorStreamThatNobodyReads() {
        System.setErr(new PrintStream(new Blocked(), true, StandardCharsets.UTF_8));
        configure();

        for (int i = 0; i < 20_000; i++) {
            log.error("line {}", i);
        }
        Logging.stop();

        assertThat(released.getCount()).isOne();
        assertThat(written.size()).isZero();
    }

    @Test
    void theLastLinesAreWrittenAndMasked() {
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        configure();

        for (int i = 0; i < 1000; i++) {
            log.info("line {} canary-key", i);
        }
        Logging.stop();

        assertThat(written.toString(StandardCharsets.UTF_8).lines())
                .hasSize(1000)
                .noneMatch(line -> line.contains("canary-key"))
                .last()
                .asString()
                .contains("line 999 ");
    }

    private static void configure() {
        Logging.configure(
                ServerSettings.LogLevel.INFO,
                ServerSettings.LogFormat.TEXT,
                Secrets.of(Map.of("OPENAI_API_KEY", "canary-key")));
    }

    private final class Blocked extends OutputStream {

        @Override
        public void write(int one) throws IOException {
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
            written.write(one);
        }
    }
}
