package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.translate.Lesson;
import io.github.claudecodeproxy.translate.Translation;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The translation of one call, which may be replaced once: when the upstream refuses parameters that the request can do
 * without. What was learnt is remembered when it has helped. Used under the lock of the call.
 */
final class Healing {

    private final LearntLessons memory;
    private @Nullable Translation translation;
    private List<Lesson> tried = List.of();

    /**
     * A call.
     *
     * @param translation its request, translated with what is known of the model
     * @param memory where to remember what is learnt
     */
    Healing(Translation translation, LearntLessons memory) {
        this.translation = translation;
        this.memory = memory;
    }

    Translation translation() {
        return Objects.requireNonNull(translation, "forgotten");
    }

    /** No other attempt follows, so the request need not stay in memory while the answer comes. */
    void forget() {
        translation = null;
    }

    /** Whether the call may be sent again with another translation, which is there then. */
    boolean heal(int status, byte[] body) {
        Translation sent = translation();
        List<Lesson> lessons = sent.lessons(status, body);
        if (lessons.isEmpty()) {
            return false;
        }
        if (!tried.isEmpty()) {
            // Hosts name one parameter after the other: that they name another one now shows that the first one was it.
            if (lessons.stream().noneMatch(this::isTried)) {
                accepted();
            }
            return false;
        }
        try {
            Translation next = sent.taught(lessons);
            if (next.sendsSameAs(sent)) {
                return false;
            }
            translation = next;
            tried = lessons;
            return true;
        } catch (ClaudeException strict) {
            return false;
        }
    }

    private boolean isTried(Lesson lesson) {
        return tried.stream().anyMatch(other -> other.field().equals(lesson.field()));
    }

    /** The upstream has accepted what was changed. */
    void accepted() {
        tried.forEach(lesson -> memory.learn(translation().upstreamModel(), lesson));
    }
}
