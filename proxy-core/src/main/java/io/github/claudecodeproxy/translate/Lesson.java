package io.github.claudecodeproxy.translate;

import org.jspecify.annotations.Nullable;

/**
 * What a provider's refusal teaches about one of its models: what to leave out of a request, or to say otherwise. Found
 * by {@link Translation#lesson}, applied by {@link ClaudeOpenAiTranslator#translate(io.github.claudecodeproxy.claude.ClaudeRequest,
 * java.util.Map, java.util.Collection)}. Immutable.
 *
 * @param kind what to do
 * @param field the parameter of Chat Completions that it is about
 * @param limit the largest value that is taken, for {@link Kind#LOWER_CAP}; null otherwise
 */
public record Lesson(Kind kind, String field, @Nullable Integer limit) {

    /** What to do. */
    public enum Kind {
        /** Leave the parameter out. */
        LEAVE_OUT,
        /** Lower the cap on the answer to the limit. */
        LOWER_CAP,
        /** Use the other spelling of the cap on the answer. */
        OTHER_CAP_FIELD,
        /** Say {@code none} as the effort. */
        EFFORT_NONE,
        /** Use the role {@code system} instead of {@code developer}. */
        SYSTEM_ROLE,
        /** Ask for the form of the answer in words. */
        FORM_IN_WORDS,
        /** Never say {@code strict: true}. */
        NOT_STRICT,
        /** Never force a call. */
        NO_FORCED_CALL
    }

    static Lesson of(Kind kind, String field) {
        return new Lesson(kind, field, null);
    }
}
