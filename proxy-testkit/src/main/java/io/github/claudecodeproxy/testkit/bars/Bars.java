package io.github.claudecodeproxy.testkit.bars;

import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures the bars that depend on the machine and prints what comes out. Used by one thread. */
public final class Bars {

    private static final Map<String, Bar> ALL = new LinkedHashMap<>();

    static {
        ALL.put("R1", new SlowClients());
        ALL.put("R2", new ManyLargeBodies());
        ALL.put("R4", new GoneBeforeTheFirstByte());
        ALL.put("R5", new GoneInMidStream());
        ALL.put("R9", new DeadConnections());
        ALL.put("R11", new FallbackTime());
        ALL.put("R12", new Shedding());
        ALL.put("R13", new Drain());
        ALL.put("R17", new ConnectionCap());
        ALL.put("R18", new Soak());
        ALL.put("S10", new HostileBodies());
        ALL.put("S11", new WrongKeys());
        ALL.put("O1", new StartUp());
        ALL.put("O2", new OpenStreams());
        ALL.put("O6", new Scrapes());
        ALL.put("O8", new BehindNginx());
    }

    private Bars() {}

    /**
     * Measures some bars, prints a line for each figure as soon as it is known, and says whether all are met.
     *
     * @param ids such as {@code R1}; none for all
     */
    public static boolean measure(ProxyTarget target, List<String> ids) throws Exception {
        boolean met = true;
        for (String id : ids.isEmpty() ? ALL.keySet() : ids) {
            Bar bar = ALL.get(id);
            if (bar == null) {
                throw new IllegalArgumentException(id + " is none of " + ALL.keySet());
            }
            for (Figure figure : bar.measure(target)) {
                met &= figure.met();
                String verdict = figure.bar().isEmpty() ? "" : figure.met() ? "met" : "NOT MET";
                System.out.printf(
                        "%-4s %-62s %14s  %-16s %s%n", id, figure.what(), figure.value(), figure.bar(), verdict);
            }
        }
        return met;
    }
}
