package io.github.claudecodeproxy.benchmarks.process;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A drawing of what the programs cost, each in times of the proxy. Stateless. */
final class Chart {

    private static final List<String> COLOURS =
            List.of("#1d4ed8", "#60a5fa", "#7c3aed", "#c4b5fd", "#f59e0b", "#10b981");
    private static final int WIDTH = 720;
    private static final int LABEL = 250;
    private static final int BAR = 12;
    private static final int GAP = 14;

    private Chart() {}

    static String of(Map<String, Map<String, Double>> costs) {
        StringBuilder bars = new StringBuilder();
        int y = 46;
        for (Map.Entry<String, Map<String, Double>> workload : costs.entrySet()) {
            Map<String, Double> subjects = workload.getValue();
            double most = subjects.values().stream()
                    .mapToDouble(Double::doubleValue)
                    .max()
                    .orElse(1);
            text(bars, LABEL - 10, y + subjects.size() * BAR / 2 + 4, "end", workload.getKey());
            int colour = 0;
            for (Map.Entry<String, Double> subject : subjects.entrySet()) {
                double width = (WIDTH - LABEL - 110) * subject.getValue() / most;
                bars.append(String.format(
                        Locale.ROOT,
                        "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\" fill=\"%s\"/>%n",
                        LABEL,
                        y,
                        width,
                        BAR - 2,
                        COLOURS.get(colour++ % COLOURS.size())));
                text(
                        bars,
                        LABEL + (int) width + 6,
                        y + BAR - 3,
                        "start",
                        Spread.number(subject.getValue()) + " µs " + subject.getKey());
                y += BAR;
            }
            y += GAP;
        }
        return String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11">
                <rect width="100%%" height="100%%" fill="#ffffff"/>
                <text x="16" y="24" font-size="14" fill="#111827">CPU time of the program in the middle, shorter is better</text>
                %s</svg>
                """, WIDTH, y + 4, bars);
    }

    private static void text(StringBuilder out, int x, int y, String anchor, String text) {
        out.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" fill=\"#374151\">%s</text>%n",
                x,
                y,
                anchor,
                text.replace("&", "&amp;").replace("<", "&lt;")));
    }
}
