package io.github.claudecodeproxy.benchmarks.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What was measured: printed as it comes, and written as tables and a chart when all is done. Used by one thread. */
final class Report {

    /** What else the machine does. */
    record Machine(String load, long stolen) {

        static Machine now() throws IOException {
            String load = Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
            String[] cpu =
                    Files.readAllLines(Path.of("/proc/stat")).get(0).trim().split(" +");
            return new Machine(load, Long.parseLong(cpu[8]));
        }

        @Override
        public String toString() {
            return "load average before " + load;
        }
    }

    private static final List<String> PEERS = List.of("nginx", "undertow", Rig.COPY);

    /** Where the middle half of the ratios is spread wider than this, they say little. */
    private static final double RESTLESS = 0.25;

    private final List<String> costs = new ArrayList<>();
    private final List<String> latencies = new ArrayList<>();
    private final List<String> figures = new ArrayList<>();
    private final List<String> raw = new ArrayList<>();
    private final Map<String, Map<String, Double>> chart = new LinkedHashMap<>();
    private boolean met = true;

    void line(String text) {
        System.out.println(text);
    }

    /** CPU time of one program. */
    void cost(String id, String what, String unit, String subject, Spread micros, Map<String, List<Double>> all) {
        List<String> cells = new ArrayList<>(List.of(id, what, subject, micros + " µs/" + unit));
        for (String each : PEERS) {
            String peer = Rig.peer(each, subject);
            boolean compared = all.containsKey(peer) && !peer.equals(subject);
            cells.add(compared ? times(Spread.ofRatios(all, subject, peer)) : "");
        }
        String row = "| " + String.join(" | ", cells) + " |";
        costs.add(row);
        line(row);
        chart.computeIfAbsent(id + ": " + what, key -> new LinkedHashMap<>()).put(subject, micros.median());
    }

    private static String times(Spread ratio) {
        return ratio + (ratio.unrest() > RESTLESS ? ", restless" : "");
    }

    /** How much later. */
    void later(String id, String what, String subject, Spread median, Spread late) {
        String row = "| " + String.join(" | ", id, what, subject, median + " ms", late + " ms") + " |";
        latencies.add(row);
        line(row);
    }

    /** Each pair as it was measured. */
    void raw(String id, String what, Map<String, List<Double>> micros) {
        micros.forEach((subject, values) -> raw.add(String.join(
                ",",
                id,
                what.replace(",", ""),
                subject.replace(",", ""),
                values.stream()
                        .map(value -> String.format(Locale.ROOT, "%.2f", value))
                        .collect(Collectors.joining(",")))));
    }

    /** A figure that is only told. */
    void told(String id, String what, String value) {
        figure(id, what, value, "", "");
    }

    /** A figure that has a bar. */
    void atMost(String id, String what, double value, double bar, String unit) {
        boolean good = value <= bar;
        met &= good;
        figure(id, what, Spread.number(value) + unit, "≤ " + Spread.number(bar) + unit, good ? "met" : "NOT MET");
    }

    private void figure(String id, String what, String value, String bar, String verdict) {
        String row = "| " + String.join(" | ", id, what, value, bar, verdict) + " |";
        figures.add(row);
        line(row);
    }

    /** Whether every bar is met. */
    boolean met() {
        return met;
    }

    /** Writes {@code tables.md}, {@code raw.csv} and {@code cost.svg}. */
    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        List<String> tables = new ArrayList<>();
        table(
                tables,
                "| workload | what | program | CPU | in times of nginx | of Undertow's proxy | of the copy with the same client |",
                7,
                costs);
        table(tables, "| workload | what | program | later, median | later, p99 |", 5, latencies);
        table(tables, "| workload | what | figure | bar | |", 5, figures);
        Files.write(folder.resolve("tables.md"), tables);
        Files.write(folder.resolve("raw.csv"), raw);
        Files.writeString(folder.resolve("cost.svg"), Chart.of(chart));
    }

    private static void table(List<String> all, String head, int columns, List<String> rows) {
        if (!rows.isEmpty()) {
            all.add(head);
            all.add("|" + " --- |".repeat(columns));
            all.addAll(rows);
            all.add("");
        }
    }
}
