package io.github.claudecodeproxy.benchmarks.process;

import io.github.claudecodeproxy.benchmarks.Bodies;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pauses of the garbage collector with 1,000 streams that bring two megabytes a second. */
final class Pauses implements Workload {

    private static final Pattern PAUSE = Pattern.compile("Pause .* ([0-9.]+)ms$");
    private static final int STREAMS = 1_000;
    private static final int PIECES = 300;

    /** Enough pauses for the hundredth part of them to be more than one. */
    private static final int RUNS = 3;

    private static final long A_TENTH = Duration.ofMillis(100).toNanos();

    @Override
    public String id() {
        return "P11";
    }

    @Override
    public void measure(Rig rig, Report report) throws Exception {
        Path log = Files.createTempFile("gc", ".log");
        List<String> jvm = new ArrayList<>(Subject.AS_SHIPPED);
        jvm.add("-Xlog:gc:file=" + log + "::filecount=0");
        Subject product = rig.product(jvm);
        rig.upstream.answer(Answer.text(PIECES, A_TENTH));
        LoadPlan plan = LoadPlan.once(Bodies.request(1 << 10), STREAMS, PIECES).finish(Duration.ofMinutes(2));
        rig.run(product, plan);
        int warm = pauses(log).size();
        double seconds = 0;
        long pieces = 0;
        for (int run = 0; run < RUNS; run++) {
            LoadResult result = rig.run(product, plan);
            seconds += result.seconds;
            pieces += result.pieces;
        }
        List<Double> pauses = pauses(log);
        List<Double> measured =
                pauses.subList(warm, pauses.size()).stream().sorted().toList();
        report.told("P11", "pieces a second", Spread.number(pieces / seconds));
        report.told("P11", "pauses", String.valueOf(measured.size()));
        if (!measured.isEmpty()) {
            report.atMost("P11", "pause, p99", measured.get((int) Math.ceil(measured.size() * 0.99) - 1), 20, " ms");
        }
        rig.stop(product);
    }

    private static List<Double> pauses(Path log) throws Exception {
        List<Double> pauses = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            Matcher matcher = PAUSE.matcher(line);
            if (matcher.find()) {
                pauses.add(Double.parseDouble(matcher.group(1)));
            }
        }
        return pauses;
    }
}
