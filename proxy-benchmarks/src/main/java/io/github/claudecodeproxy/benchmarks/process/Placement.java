package io.github.claudecodeproxy.benchmarks.process;

import java.io.IOException;
import java.util.List;

/**
 * Which processor runs what: the programs under load one, the upstream and the load another, so that they do not take time
 * from each other. Where that cannot be said, or is not wanted, the system decides.
 */
final class Placement {

    private static final boolean WANTED = Boolean.parseBoolean(System.getProperty("pinned", "true"))
            && Runtime.getRuntime().availableProcessors() > 1;
    private static boolean pinned;

    private Placement() {}

    /** Puts this process, which is upstream and load, on its processor. */
    static void ofThisProcess() throws InterruptedException {
        pinned = WANTED && put(ProcessHandle.current().pid(), "0");
    }

    /** Gives a program under load all processors, to become warm on. */
    static void everywhere(long pid) throws InterruptedException {
        if (pinned) {
            put(pid, "0,1");
        }
    }

    /** Gives a program under load its processor. */
    static void ofSubject(long pid) throws InterruptedException {
        if (pinned) {
            put(pid, "1");
        }
    }

    private static boolean put(long pid, String processors) throws InterruptedException {
        try {
            Process run = new ProcessBuilder("taskset", "-a", "-c", "-p", processors, String.valueOf(pid))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return run.waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** What a command has to begin with. */
    static List<String> forSubjects() {
        return pinned ? List.of("taskset", "-c", "1") : List.of();
    }

    /** In words. */
    static String words() {
        return pinned ? "subject on processor 1, upstream and load on processor 0" : "not pinned";
    }
}
