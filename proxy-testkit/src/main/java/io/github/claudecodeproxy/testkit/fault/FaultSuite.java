package io.github.claudecodeproxy.testkit.fault;

import io.github.claudecodeproxy.testkit.UpstreamApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Runs every fault of the catalogue against one product and reports what came of it. Used by one thread. */
public final class FaultSuite {

    private static final Duration HUNG = Duration.ofMinutes(3);

    private final ProxyTarget target;
    private final List<Result> results = new ArrayList<>();

    /** A run against this product. */
    public FaultSuite(ProxyTarget target) {
        this.target = target;
    }

    private record Result(Fault fault, String outcome, boolean passed) {}

    /** All faults, in the order of their rows; a row may have several. */
    public static List<Fault> faults() {
        List<Fault> all = new ArrayList<>();
        all.addAll(ConnectionFaults.all());
        all.addAll(HeadFaults.all());
        all.addAll(StreamFaults.all());
        all.addAll(ClientFaults.all());
        all.addAll(ProcessFaults.all());
        all.sort(Comparator.comparingInt(Fault::row));
        return List.copyOf(all);
    }

    /** Each fault as a test of its own; only those of some rows where the system property {@code faults} says so, as {@code 11-33}. */
    public Stream<DynamicTest> tests() {
        return faults().stream()
                .filter(fault -> wanted(fault.row()))
                .map(fault -> DynamicTest.dynamicTest(fault.row() + " " + fault.what(), () -> run(fault)));
    }

    /** The table: row, outcome, pass. */
    public String report() {
        StringBuilder table = new StringBuilder("Faults of " + target.name() + ", the upstream on "
                + target.api().path() + "\n");
        for (Result result : results) {
            String verdict = !result.passed() ? "FAIL" : Fault.wasRun(result.outcome()) ? "pass" : "-";
            table.append(String.format(
                    "%4d  %-4s  %-58s  %s%n",
                    result.fault().row(), verdict, result.fault().what(), result.outcome()));
        }
        long passed = results.stream().filter(Result::passed).count();
        long run = results.stream()
                .filter(result -> Fault.wasRun(result.outcome()))
                .count();
        long notRun = results.size() - run;
        return table.append(passed - notRun)
                .append(" of ")
                .append(run)
                .append(" passed, ")
                .append(notRun)
                .append(" not run here or different\n")
                .toString();
    }

    private static boolean wanted(int row) {
        String rows = System.getProperty("faults", "");
        if (rows.isEmpty()) {
            return true;
        }
        String[] ends = rows.split("-", 2);
        int first = Integer.parseInt(ends[0]);
        return row >= first && row <= (ends.length == 1 ? first : Integer.parseInt(ends[1]));
    }

    private void run(Fault fault) throws Exception {
        String reason = target.differences().get(fault.what());
        if (reason != null) {
            results.add(new Result(fault, Fault.differs(reason), true));
            return;
        }
        String same = fault.sameOnEveryApi();
        if (same != null && target.api() != UpstreamApi.CHAT) {
            results.add(new Result(fault, Fault.shownOnAnother(same), true));
            return;
        }
        FutureTask<String> check = new FutureTask<>(() -> {
            try (FaultBench bench = new FaultBench(target)) {
                return outcome(fault, bench);
            }
        });
        Thread thread = new Thread(check, "fault-" + fault.row());
        thread.setDaemon(true);
        thread.start();
        try {
            results.add(new Result(fault, check.get(HUNG.toSeconds(), TimeUnit.SECONDS), true));
        } catch (ExecutionException e) {
            failed(fault, Objects.requireNonNullElse(e.getCause(), e));
        } catch (TimeoutException e) {
            thread.interrupt();
            failed(fault, new AssertionError("hung for " + HUNG, e));
        }
    }

    private static String outcome(Fault fault, FaultBench bench) throws Exception {
        try {
            String outcome = fault.check().run(bench);
            bench.askedOnItsApi();
            return outcome;
        } catch (AssertionError e) {
            // which side of the product hung, where one did
            throw new AssertionError(
                    e.getMessage() + "; upstream: " + bench.upstream().state(), e);
        }
    }

    private void failed(Fault fault, Throwable why) throws Exception {
        String first =
                String.valueOf(why.getMessage()).strip().lines().findFirst().orElse("");
        results.add(new Result(fault, first, false));
        if (why instanceof Error error) {
            throw error;
        }
        throw (Exception) why;
    }
}
