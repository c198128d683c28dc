package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.translate.Lesson;
import io.github.claudecodeproxy.translate.Translation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The translation of one call, which may be replaced once: when the upstream refuses a parameter that the request can do
 * without. What was learnt is remembered when it has helped. Used under the lock of the call.
 */
final class Healing {

    private final LearntLessons memory;
    private final Function<List<Lesson>, Translation> translator;
    private Translation translation;
    private @Nullable Lesson tried;

    /**
     * A call.
     *
     * @param model the provider's name of the model
     * @param memory what is known of it
     * @param translator translates the call's request with lessons
     */
    Healing(String model, LearntLessons memory, Function<List<Lesson>, Translation> translator) {
        this.memory = memory;
        this.translator = translator;
        this.translation = translator.apply(memory.of(model));
    }

    Translation translation() {
        return translation;
    }

    /** Whether the call may be sent again with another translation, which is there then. */
    boolean heal(int status, byte[] body) {
        Optional<Lesson> lesson = tried == null ? translation.lesson(status, body) : Optional.empty();
        if (lesson.isEmpty()) {
            return false;
        }
        tried = lesson.get();
        List<Lesson> lessons = new ArrayList<>(memory.of(translation.upstreamModel()));
        lessons.add(lesson.get());
        try {
            translation = translator.apply(lessons);
            return true;
        } catch (ClaudeException strict) {
            return false;
        }
    }

    /** The upstream has accepted the request. */
    void accepted() {
        if (tried != null) {
            memory.learn(translation.upstreamModel(), tried);
        }
    }
}
