package io.github.claudecodeproxy.launcher;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets logback up: one line for each event, to standard error, by a thread of its own. In code and not in a {@code logback.xml}, which would
 * take over the logging of a program that embeds the server.
 */
final class Logging {

    private static final int QUEUED_LINES = 4096;
    private static final int FLUSH_MILLISECONDS = 2000;

    private Logging() {}

    static void configure(ServerSettings.LogLevel level, ServerSettings.LogFormat format, Secrets secrets) {
        configure(level, format, secrets, null);
    }

    /** The same into a file, for a terminal that belongs to another program. */
    static synchronized void configure(
            ServerSettings.LogLevel level, ServerSettings.LogFormat format, Secrets secrets, @Nullable Path file) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        Layout<ILoggingEvent> layout = switch (format) {
            case TEXT -> new EventLine(secrets);
            case JSON -> new EventJson(secrets);
        };
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        OutputStreamAppender<ILoggingEvent> appender = appender(file);
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(behindQueue(appender, context));
        Level ours = logbackLevel(level);
        root.setLevel(ours.isGreaterOrEqual(Level.WARN) ? ours : Level.WARN);
        context.getLogger("io.github.claudecodeproxy").setLevel(ours);
    }

    private static OutputStreamAppender<ILoggingEvent> appender(@Nullable Path file) {
        if (file != null) {
            FileAppender<ILoggingEvent> appender = new FileAppender<>();
            appender.setFile(file.toString());
            return appender;
        }
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setTarget("System.err");
        return appender;
    }

    /** Writes what is still queued, within a moment, and logs nothing any more. May be called again, by any thread. */
    static synchronized void stop() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).reset();
    }

    /** Whoever holds standard error open without reading it must stop no call: lines are lost instead. */
    private static AsyncAppender behindQueue(Appender<ILoggingEvent> appender, LoggerContext context) {
        AsyncAppender queue = new AsyncAppender();
        queue.setContext(context);
        queue.setQueueSize(QUEUED_LINES);
        queue.setNeverBlock(true);
        queue.setMaxFlushTime(FLUSH_MILLISECONDS);
        queue.addAppender(appender);
        queue.start();
        return queue;
    }

    private static Level logbackLevel(ServerSettings.LogLevel level) {
        return switch (level) {
            case DEBUG -> Level.DEBUG;
            case INFO -> Level.INFO;
            case WARNING -> Level.WARN;
            case ERROR -> Level.ERROR;
            case CRITICAL -> Level.OFF;
        };
    }
}
