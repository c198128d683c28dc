package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class OneAtATimeTest {

    private final Queue<Runnable> pool = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();
    private final OneAtATime work = new OneAtATime(pool::add);

    @Test
    void takesOneThreadHoweverMuchThereIs() {
        work.execute(() -> done.add("a"));
        work.execute(() -> done.add("b"));
        work.execute(() -> done.add("c"));
        for (int i = 0; i < 3; i++) {
            assertThat(pool).hasSize(1);
            pool.remove().run();
        }
        assertThat(pool).isEmpty();
        assertThat(done).containsExactly("a", "b", "c");
    }

    @Test
    void goesOnAfterAFailure() {
        work.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        work.execute(() -> done.add("b"));
        Runnable failing = pool.remove();
        assertThatThrownBy(failing::run).hasMessage("on purpose");
        pool.remove().run();
        work.execute(() -> done.add("c"));
        pool.remove().run();
        assertThat(done).containsExactly("b", "c");
    }
}
