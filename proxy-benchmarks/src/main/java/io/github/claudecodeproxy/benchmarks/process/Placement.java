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
        if (!WANTED) {
            return;
        }
        try {
            Process run = new ProcessBuilder(
                            "taskset",
                            "-a",
                            "-c",
                            "-p",
                            "0",
                            String.valueOf(ProcessHandle.current().pid()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            pinned = run.waitFor() == 0;
        } catch (IOException e) {
            pinned = false;
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
