package io.github.claudecodeproxy.servlet;

import java.util.HashMap;
import java.util.Map;

/** What a servlet cannot do as the standalone server does it, because the container decides: by fault, the reason. */
final class ContainerDifferences {

    private static final String NO_WATCH =
            "a servlet learns that a client left only when it writes to it, which here it does not do meanwhile";
    private static final String HEAD = "the container reads the heads of requests, within its connectionTimeout";
    private static final String PROCESS = "process, signals and configuration are the container's";
    private static final String LOG = "the log is the container's; what is written is tested at the standalone server";

    private ContainerDifferences() {}

    static Map<String, String> all() {
        Map<String, String> all = new HashMap<>();
        all.put("client leaves while it stands in line", NO_WATCH);
        all.put("client leaves while the upstream is connected to", NO_WATCH);
        all.put("client leaves before the second try", NO_WATCH);
        all.put("half-close after the request", NO_WATCH);
        all.put("what the log says of clients that left", LOG);
        all.put("the same in the log", LOG);
        all.put("nobody reads the log", LOG);
        all.put("headers byte by byte, none at all", HEAD);
        all.put("2,000 slow clients beside normal ones", HEAD);
        all.put(
                "malformed framings",
                "the container frames requests; Tomcat takes a length beside chunks, and drops it");
        all.put("SIGTERM during streams", PROCESS);
        all.put("SIGTERM, and the grace is over", PROCESS);
        all.put("SIGTERM twice", PROCESS);
        all.put("SIGKILL during streams", PROCESS);
        all.put("no more files to open", PROCESS);
        all.put("64 bodies of 10 MB in a heap of 256 MB", PROCESS);
        all.put("out of memory", PROCESS);
        all.put("configuration that cannot start", PROCESS);
        return Map.copyOf(all);
    }
}
