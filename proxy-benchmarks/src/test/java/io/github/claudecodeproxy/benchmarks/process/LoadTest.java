package io.github.claudecodeproxy.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.benchmarks.Bodies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What measures must itself be right: upstream and load without anything between them. */
class LoadTest {

    private static final byte[] REQUEST = Bodies.request(1 << 10);

    private final MockUpstream upstream = new MockUpstream();
    private final Load load = new Load();
    private final Subject direct = Subject.direct(upstream.port());

    @AfterEach
    void close() {
        load.close();
        upstream.close();
    }

    @Test
    void countsEveryPieceOfEveryStream() {
        upstream.answer(Answer.text(20, 0));

        LoadResult result = load.run(direct, LoadPlan.once(REQUEST, 5, 20));

        assertThat(result.problems).isEmpty();
        assertThat(result.calls).isEqualTo(5);
        assertThat(result.pieces).isEqualTo(100);
        assertThat(result.first.getTotalCount()).isEqualTo(5);
        assertThat(result.delay.getTotalCount()).isEqualTo(100);
    }

    @Test
    void sendsWhatAProviderWouldSend() {
        upstream.answer(Answer.calls(2, 3));

        LoadResult result = load.run(direct, LoadPlan.once(REQUEST, 1, 6));

        assertThat(result.problems).isEmpty();
        String stream = new String(result.samples.get(0), StandardCharsets.UTF_8);
        assertThat(stream).startsWith("data: {").endsWith("data: [DONE]\n\n");
        assertThat(stream.split("\"index\":1,\"function\":", -1)).hasSize(1 + 3 + 1);
    }

    @Test
    void readsWholeAnswers() {
        LoadResult result =
                load.run(direct, LoadPlan.atOnce(Bodies.wholeRequest(1 << 10), 2, Duration.ofMillis(50), 1));

        assertThat(result.problems).isEmpty();
        assertThat(result.calls).isGreaterThan(2);
        assertThat(result.pieces).isEqualTo(result.calls);
    }

    @Test
    void takesLongBodies() {
        upstream.answer(Answer.text(2, 0));

        LoadResult result = load.run(direct, LoadPlan.once(Bodies.picture(3 << 20), 2, 2));

        assertThat(result.problems).isEmpty();
        assertThat(result.pieces).isEqualTo(4);
    }

    @Test
    void pacesByTheClock() {
        upstream.answer(Answer.text(5, Duration.ofMillis(20).toNanos()));

        LoadResult result = load.run(direct, LoadPlan.rate(REQUEST, 100, Duration.ofMillis(100), 5));

        assertThat(result.problems).isEmpty();
        assertThat(result.calls).isEqualTo(10);
        assertThat(result.whole.getMinValue()).isGreaterThanOrEqualTo(90_000);
    }

    @Test
    void saysWhenPiecesAreMissing() {
        upstream.answer(Answer.text(4, 0));

        LoadResult result = load.run(direct, LoadPlan.once(REQUEST, 1, 5));

        assertThat(result.failed).isEqualTo(1);
        assertThat(result.problems).singleElement().asString().contains("4 pieces instead of 5");
    }

    @Test
    void saysWhenAnAnswerDoesNotEnd() {
        AtomicInteger asked = new AtomicInteger();
        upstream.answers(() -> asked.getAndIncrement() == 0 ? Answer.silence() : Answer.text(3, 0));

        LoadResult result = load.run(direct, LoadPlan.once(REQUEST, 2, 3).finish(Duration.ofMillis(300)));

        assertThat(result.unfinished).isEqualTo(1);
        assertThat(result.pieces).isEqualTo(3);
    }

    @Test
    void leavesInTheMiddle() throws Exception {
        upstream.answer(Answer.text(Answer.ENDLESS, Duration.ofMillis(1).toNanos()));

        LoadResult result =
                load.run(direct, LoadPlan.once(REQUEST, 3, Answer.ENDLESS).cutAfter(2));

        assertThat(result.problems).isEmpty();
        assertThat(result.pieces).isGreaterThanOrEqualTo(6);
        for (int i = 0; i < 500 && upstream.connections() > 0; i++) {
            Thread.sleep(10);
        }
        assertThat(upstream.connections()).isZero();
    }

    @Test
    void aSpreadKnowsItsMiddle() {
        Spread spread = new Spread(List.of(5.0, 1.0, 2.0, 3.0, 4.0));

        assertThat(spread.median()).isEqualTo(3);
        assertThat(spread.unrest()).isEqualTo(2.0 / 3);
        assertThat(spread).hasToString("3 (1 to 5)");
    }
}
