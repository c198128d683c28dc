package io.github.claudecodeproxy.http;

import java.util.List;

/** The configuration cannot work. Lists every problem, each in one line that names the variable, never its value. */
public final class SettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    /** Collects the problems, at least one. */
    public SettingsException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    /** The problems, one line each. */
    public List<String> problems() {
        return problems;
    }
}
