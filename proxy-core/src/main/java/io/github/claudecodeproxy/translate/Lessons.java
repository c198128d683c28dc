package io.github.claudecodeproxy.translate;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lessons that hold for one request. Immutable. */
record Lessons(List<Lesson> all) {

    static Lessons of(Collection<Lesson> lessons) {
        return new Lessons(List.copyOf(lessons));
    }

    boolean has(Lesson.Kind kind) {
        return all.stream().anyMatch(lesson -> lesson.kind() == kind);
    }

    boolean leftOut(String field) {
        return all.stream()
                .anyMatch(lesson ->
                        lesson.kind() == Lesson.Kind.LEAVE_OUT && lesson.field().equals(field));
    }

    /** The largest cap on the answer that is taken; null when none was learnt. */
    @Nullable
    Integer cap() {
        return all.stream()
                .filter(lesson -> lesson.kind() == Lesson.Kind.LOWER_CAP)
                .map(Lesson::limit)
                .filter(limit -> limit != null && limit > 0)
                .reduce((first, last) -> last)
                .orElse(null);
    }
}
