package io.github.claudecodeproxy.launcher;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.LayoutBase;

/** One line for each event, whatever it holds; no secrets and no control characters. */
final class EventLine extends LayoutBase<ILoggingEvent> {

    private static final int FRAMES = 5;
    private static final int LEVEL_WIDTH = 5;

    private final Secrets secrets;

    EventLine(Secrets secrets) {
        this.secrets = secrets;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        String level = event.getLevel().toString();
        return event.getInstant() + " " + level + " ".repeat(Math.max(1, LEVEL_WIDTH + 1 - level.length()))
                + logger(event) + ": " + Printable.of(secrets.mask(text(event))) + System.lineSeparator();
    }

    /** Who logs, in one word. */
    static String logger(ILoggingEvent event) {
        String name = event.getLoggerName();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** The message, and what was thrown. */
    static String text(ILoggingEvent event) {
        StringBuilder text = new StringBuilder(String.valueOf(event.getFormattedMessage()));
        for (IThrowableProxy cause = event.getThrowableProxy(); cause != null; cause = cause.getCause()) {
            append(text, cause);
        }
        return text.toString();
    }

    private static void append(StringBuilder text, IThrowableProxy thrown) {
        text.append(" | ").append(thrown.getClassName());
        if (thrown.getMessage() != null) {
            text.append(": ").append(thrown.getMessage());
        }
        StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
        for (int i = 0; i < Math.min(FRAMES, frames.length); i++) {
            text.append(i == 0 ? " at " : " < ").append(frames[i].getStackTraceElement());
        }
    }
}
