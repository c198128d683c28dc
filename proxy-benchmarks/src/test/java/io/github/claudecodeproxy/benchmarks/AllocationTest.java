package io.github.claudecodeproxy.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What each step may allocate. Unlike time that hardly depends on the machine, so the build can hold it: the limits are
 * what was measured, and about a third more.
 */
class AllocationTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private interface Work {
        void run() throws Exception;
    }

    /** Bytes that one run allocates, once everything is compiled that the first runs make warm. */
    private static long allocated(int warm, Work work) throws Exception {
        for (int i = 0; i < warm; i++) {
            work.run();
        }
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            work.run();
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private static void report(String what, double measured, String unit) {
        System.out.printf("allocation %-28s %10.2f %s%n", what, measured, unit);
    }

    @ParameterizedTest
    @CsvSource({"1KB, 32", "120KB, 4.5", "400KB, 4.0", "picture10MB, 6.5"})
    void aRequestInTimesOfItsSize(String body, double most) throws Exception {
        RequestBenchmark benchmark = new RequestBenchmark();
        benchmark.body = body;
        benchmark.make();
        double times = allocated(body.equals("1KB") ? 2_000 : 20, benchmark::translate) / (double) benchmark.size();
        report("request " + body, times, "x its size");
        assertThat(times).isLessThan(most);
    }

    @ParameterizedTest
    @CsvSource({"1KB, 39", "120KB, 5.4", "400KB, 4.6", "picture10MB, 8.1"})
    void aRequestForResponsesInTimesOfItsSize(String body, double most) throws Exception {
        RequestBenchmark benchmark = new RequestBenchmark();
        benchmark.body = body;
        benchmark.make();
        int warm = body.equals("1KB") ? 2_000 : 20;
        double times = allocated(warm, benchmark::translateForResponses) / (double) benchmark.size();
        report("request for responses " + body, times, "x its size");
        assertThat(times).isLessThan(most);
    }

    private static StreamBenchmark stream(String api) {
        StreamBenchmark benchmark = new StreamBenchmark();
        benchmark.api = api;
        benchmark.make();
        return benchmark;
    }

    @ParameterizedTest
    @CsvSource({"chat, 380", "responses, 640"})
    void aPieceOfText(String api, long most) throws Exception {
        StreamBenchmark benchmark = stream(api);
        long bytes = allocated(50, () -> {
            benchmark.begin();
            benchmark.content();
        });
        report("piece of text, " + api, bytes / (double) StreamBenchmark.CHUNKS, "B");
        assertThat(bytes / StreamBenchmark.CHUNKS).isLessThan(most);
    }

    @ParameterizedTest
    @CsvSource({"chat, 1300", "responses, 1300"})
    void aPieceOfArguments(String api, long most) throws Exception {
        StreamBenchmark benchmark = stream(api);
        long bytes = allocated(50, () -> {
            benchmark.begin();
            benchmark.arguments();
        });
        report("piece of arguments, " + api, bytes / (double) StreamBenchmark.CHUNKS, "B");
        assertThat(bytes / StreamBenchmark.CHUNKS).isLessThan(most);
    }

    @ParameterizedTest
    @CsvSource({"1, 16", "100, 16", "16384, 16"})
    void anEventCutOut(int read, long most) throws Exception {
        EventSplitBenchmark benchmark = new EventSplitBenchmark();
        benchmark.read = read;
        benchmark.make();
        long bytes = allocated(50, benchmark::split);
        report("event in reads of " + read, bytes / (double) EventSplitBenchmark.EVENTS, "B");
        assertThat(bytes / EventSplitBenchmark.EVENTS).isLessThan(most);
    }
}
