package io.github.claudecodeproxy.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What this program is called, which version it is, and of which sources it was built. */
final class Version {

    private Version() {}

    /** Name and version. */
    static String line() {
        return "claude-code-proxy " + built().get(0);
    }

    /** What a report of a fault needs: name and version, the commit if it is known, and the JVM. */
    static List<String> report() {
        List<String> lines = new ArrayList<>();
        lines.add(line());
        List<String> built = built();
        // Sources without a repository have no commit; what was to be replaced by it is there then.
        if (built.size() == 4 && !built.get(1).startsWith("$")) {
            boolean changed = built.get(3).equals("true");
            lines.add("commit " + built.get(1) + " of " + built.get(2) + (changed ? ", with changes" : ""));
        }
        lines.add("Java " + Runtime.version() + " (" + System.getProperty("java.vendor") + "), "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        return List.copyOf(lines);
    }

    private static List<String> built() {
        try (InputStream in = Version.class.getResourceAsStream("version.txt")) {
            if (in == null) {
                throw new IllegalStateException("version.txt is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .strip()
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
