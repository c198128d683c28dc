package io.github.claudecodeproxy.servlet;

import jakarta.servlet.ServletConfig;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NameClassPair;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;

/**
 * Where a servlet's settings come from: what belongs to the web application, and what belongs to the whole process. Used
 * by one thread.
 */
final class SettingsSources {

    private static final String JNDI = "java:comp/env";

    private final ServletConfig config;
    private final Map<String, String> environment;
    private final @Nullable Context naming;

    SettingsSources(ServletConfig config) {
        this(config, System.getenv());
    }

    SettingsSources(ServletConfig config, Map<String, String> environment) {
        this.config = config;
        this.environment = environment;
        this.naming = naming();
    }

    /** The web application's value; null when it has none. */
    @Nullable
    String ofApplication(String name) {
        String parameter = config.getInitParameter(name);
        if (parameter == null) {
            parameter = config.getServletContext().getInitParameter(name);
        }
        return parameter != null ? parameter : named(name);
    }

    /** The process's value; null when it has none. */
    @Nullable
    String ofProcess(String name) {
        String property = System.getProperty(name);
        return property != null ? property : environment.get(name);
    }

    /** All names that begin so, of every source. */
    Set<String> names(String prefix) {
        Set<String> names = new TreeSet<>();
        addAll(names, prefix, Collections.list(config.getInitParameterNames()));
        addAll(names, prefix, Collections.list(config.getServletContext().getInitParameterNames()));
        addAll(names, prefix, System.getProperties().stringPropertyNames());
        addAll(names, prefix, environment.keySet());
        try {
            if (naming != null) {
                for (NameClassPair pair : Collections.list(naming.list(""))) {
                    addAll(names, prefix, Set.of(pair.getName()));
                }
            }
        } catch (NamingException e) {
            // a naming service that cannot list still finds what it is asked for by name
        }
        return names;
    }

    private static void addAll(Set<String> names, String prefix, Collection<String> candidates) {
        candidates.stream().filter(name -> name.startsWith(prefix)).forEach(names::add);
    }

    @SuppressWarnings("BanJNDI") // names of ours and of the application's own environment, none from a client
    private @Nullable String named(String name) {
        try {
            Object value = naming == null ? null : naming.lookup(name);
            return value == null ? null : value.toString();
        } catch (NamingException e) {
            return null; // no such name
        }
    }

    @SuppressWarnings("BanJNDI")
    private static @Nullable Context naming() {
        try {
            return (Context) new InitialContext().lookup(JNDI);
        } catch (NamingException e) {
            return null; // many embedded containers have none
        }
    }
}
