package io.github.claudecodeproxy.upstream;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;

/** Properties of the JDK that write headers or the plain text of TLS to a log. */
final class LeakingProperties {

    private static final Map<String, Pattern> VALUES = values();

    private LeakingProperties() {}

    static List<String> of(Properties properties) {
        List<String> problems = new ArrayList<>();
        VALUES.forEach((name, leaking) -> {
            String value = properties.getProperty(name);
            if (value != null && leaking.matcher(value.toLowerCase(Locale.ROOT)).matches()) {
                problems.add("the Java property " + name + " would write API keys to the log: start without it");
            }
        });
        return problems;
    }

    private static Map<String, Pattern> values() {
        Map<String, Pattern> values = new LinkedHashMap<>();
        values.put("jdk.httpclient.HttpClient.log", Pattern.compile(".*\\b(headers|content|all|requests|trace)\\b.*"));
        values.put("jdk.internal.httpclient.debug", Pattern.compile("(?!false).*"));
        values.put("javax.net.debug", Pattern.compile(".*\\b(all|data|packet|plaintext|record)\\b.*"));
        return values;
    }
}
