package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.translate.Lesson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What refusals have taught about the provider's models, until the process ends. Bounded and thread-safe. */
final class LearntLessons {

    private static final Logger LOG = LoggerFactory.getLogger(LearntLessons.class);
    private static final int MOST_MODELS = 1000;
    private static final int MOST_OF_A_MODEL = 16;

    private final Map<String, List<Lesson>> byModel = new ConcurrentHashMap<>();

    List<Lesson> of(String model) {
        return byModel.getOrDefault(model, List.of());
    }

    /** Remembers a lesson that has helped. */
    void learn(String model, Lesson lesson) {
        if (byModel.size() >= MOST_MODELS && !byModel.containsKey(model)) {
            return;
        }
        byModel.compute(model, (name, known) -> {
            List<Lesson> lessons = known == null ? List.of() : known;
            if (lessons.contains(lesson) || lessons.size() >= MOST_OF_A_MODEL) {
                return lessons;
            }
            LOG.info(
                    "The provider refuses {} for {}: from now on {}",
                    LogText.of(lesson.field()),
                    LogText.of(model),
                    consequence(lesson));
            List<Lesson> more = new ArrayList<>(lessons);
            more.add(lesson);
            return List.copyOf(more);
        });
    }

    private static String consequence(Lesson lesson) {
        return switch (lesson.kind()) {
            case LEAVE_OUT -> "it is left out";
            case LOWER_CAP -> "it is at most " + lesson.limit();
            case OTHER_CAP_FIELD -> "the other spelling of the cap is sent";
            case EFFORT_NONE -> "it is none";
            case SYSTEM_ROLE -> "the role is system";
            case FORM_IN_WORDS -> "the form of the answer is asked for in words";
            case NOT_STRICT -> "schemas are not strict";
            case NO_FORCED_CALL -> "no call is forced";
        };
    }
}
