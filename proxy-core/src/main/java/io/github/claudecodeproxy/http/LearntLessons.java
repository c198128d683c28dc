package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.translate.Lesson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What refusals have taught about the provider's models, until the process ends. Bounded and thread-safe. */
final class LearntLessons {

    private static final Logger LOG = LoggerFactory.getLogger(LearntLessons.class);
    private static final int MOST_MODELS = 200;
    private static final int MOST_OF_A_MODEL = 16;

    /** The models that were asked for longest ago come first, and go first. */
    private final Map<String, List<Lesson>> byModel = new LinkedHashMap<>(16, 0.75f, true);

    synchronized List<Lesson> of(String model) {
        return byModel.getOrDefault(model, List.of());
    }

    /** Remembers a lesson that has helped, in the place of an earlier one about the same parameter. */
    synchronized void learn(String model, Lesson lesson) {
        List<Lesson> known = byModel.getOrDefault(model, List.of());
        if (known.contains(lesson)) {
            return;
        }
        List<Lesson> lessons = new ArrayList<>(known);
        lessons.removeIf(other -> other.field().equals(lesson.field()));
        if (lessons.size() >= MOST_OF_A_MODEL) {
            return;
        }
        lessons.add(lesson);
        byModel.put(model, List.copyOf(lessons));
        if (byModel.size() > MOST_MODELS) {
            byModel.remove(byModel.keySet().iterator().next());
        }
        LOG.info(
                "{} refuses {} as it was sent: from now on as if PROVIDERS_FILE said of this model {}",
                LogText.of(model),
                LogText.of(lesson.field()),
                LogText.of(lesson.change()));
    }
}
