package io.github.claudecodeproxy.undertow;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many connections the open files of this process allow. */
final class OpenFiles {

    // Jars, selectors, logs, and connections that are being closed
    private static final long OTHERS = 64;
    private static final int PER_CALL = 2;

    private OpenFiles() {}

    /** Most connections of clients, each of which may need one to the upstream. */
    static int mostConnections() {
        try {
            return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                    ? mostConnections(system.getMaxFileDescriptorCount())
                    : Integer.MAX_VALUE;
        } catch (NoClassDefFoundError e) {
            return Integer.MAX_VALUE; // a runtime without the module jdk.management
        }
    }

    static int mostConnections(long files) {
        long most = Math.max(PER_CALL, (files - OTHERS) / PER_CALL);
        return files <= 0 ? Integer.MAX_VALUE : (int) Math.min(Integer.MAX_VALUE, most);
    }
}
