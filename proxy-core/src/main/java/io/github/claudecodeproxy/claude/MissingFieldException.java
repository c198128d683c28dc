package io.github.claudecodeproxy.claude;

/** A wire record lacks a field that the protocol requires. */
public final class MissingFieldException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String field;

    MissingFieldException(String field) {
        super(field + ": Field required");
        this.field = field;
    }

    /** The wire name of the missing field. */
    public String field() {
        return field;
    }
}
