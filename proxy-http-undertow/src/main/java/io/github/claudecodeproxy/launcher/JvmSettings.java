package io.github.claudecodeproxy.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Pattern;

/** The properties of the JVM that matter to us: sets those that the HTTP client reads once, refuses those that leak. */
final class JvmSettings {

    private static final Pattern LEAKING_CLIENT_LOG = Pattern.compile(".*\\b(headers|content|all|requests|trace)\\b.*");
    private static final Pattern LEAKING_TLS_LOG = Pattern.compile(".*\\b(all|data|packet|plaintext|record)\\b.*");

    private JvmSettings() {}

    /** Sets what is not set. To be called before the first HTTP client exists. */
    static void apply(Properties properties) {
        // uvicorn, and with it vLLM, closes an idle connection after 5 s; a call that meets this is lost.
        properties.putIfAbsent("jdk.httpclient.keepalive.timeout", "4");
    }

    /** What must not be on, one line each: it would write keys to the log. */
    static List<String> problems(Properties properties) {
        List<String> problems = new ArrayList<>();
        refuse(properties, "jdk.httpclient.HttpClient.log", LEAKING_CLIENT_LOG, problems);
        refuse(properties, "jdk.internal.httpclient.debug", Pattern.compile("(?!false).*"), problems);
        refuse(properties, "javax.net.debug", LEAKING_TLS_LOG, problems);
        return problems;
    }

    private static void refuse(Properties properties, String name, Pattern leaking, List<String> problems) {
        String value = properties.getProperty(name);
        if (value != null && leaking.matcher(value.toLowerCase(Locale.ROOT)).matches()) {
            problems.add("the Java property " + name + " would write API keys to the log: start without it");
        }
    }
}
