package io.github.claudecodeproxy.launcher;

import io.github.claudecodeproxy.http.ProxySettings;
import io.github.claudecodeproxy.http.SettingsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The variables that hold, and where each came from. {@code .env} gives way to the environment; a file of {@code --env}
 * stands in for {@code .env} and wins over the environment. Immutable.
 *
 * @param settings by name; a name that is absent has its default
 * @param warnings what works but probably not as meant, one line each, never a value
 * @param problems why it cannot be used, one line each, never a value
 */
record Configuration(Map<String, Setting> settings, List<String> warnings, List<String> problems) {

    private static final Set<String> FOR_DEMO = Set.of(
            Variables.HOST, Variables.PORT, Variables.LOG_LEVEL, Variables.LOG_FORMAT, Variables.ALLOW_UNAUTHENTICATED);

    /** A value and where it came from, in words. */
    record Setting(String value, String origin) {}

    /** The origin of a value that the process was started with. */
    static final String ENVIRONMENT = "environment";

    Configuration {
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
        warnings = List.copyOf(warnings);
        problems = List.copyOf(problems);
    }

    /**
     * Reads the files and picks our names from the environment.
     *
     * @throws SettingsException if the file of {@code --env} is not there
     */
    static Configuration read(Options options, Map<String, String> environment, Path directory) {
        String named = options.environmentFile();
        Layer outer = new Layer(ENVIRONMENT, environment);
        if (named == null) {
            EnvironmentFile file = EnvironmentFile.readIfPresent(directory.resolve(".env"), ".env")
                    .orElseGet(EnvironmentFile::empty);
            return new Reading(outer, new Layer(".env", file.values()), options.demo(), false).read(file);
        }
        String label = Printable.of(named);
        Path path = directory.resolve(named);
        if (!Files.isReadable(path) || Files.isDirectory(path)) {
            throw new SettingsException(List.of("--env: there is no readable file " + label));
        }
        EnvironmentFile file = EnvironmentFile.read(path, label);
        return new Reading(new Layer("--env " + label, file.values()), outer, options.demo(), true).read(file);
    }

    /** The file that is read, which may not be there. */
    static Path file(Options options, Path directory) {
        String named = options.environmentFile();
        return directory.resolve(named == null ? ".env" : named);
    }

    /** The value of a variable; null when it is not set. */
    @Nullable
    String value(String name) {
        Setting setting = settings.get(name);
        return setting == null ? null : setting.value();
    }

    /** The names and values that are set. */
    Map<String, String> variables() {
        Map<String, String> variables = new TreeMap<>();
        settings.forEach((name, setting) -> variables.put(name, setting.value()));
        return variables;
    }

    /** Where values come from: a name for people, and all it offers. */
    private record Layer(String label, Map<String, String> values) {

        @Nullable
        Setting setting(String name) {
            String value = values.get(name);
            return value == null ? null : new Setting(value, label);
        }
    }

    /** One reading of two layers, of which the stronger is asked first. */
    private static final class Reading {

        private final Layer stronger;
        private final Layer weaker;
        private final boolean demo;
        private final boolean explicitFile;
        private final Map<String, Setting> settings = new TreeMap<>();
        private final List<String> warnings = new ArrayList<>();
        private final List<String> problems = new ArrayList<>();

        Reading(Layer stronger, Layer weaker, boolean demo, boolean explicitFile) {
            this.stronger = stronger;
            this.weaker = weaker;
            this.demo = demo;
            this.explicitFile = explicitFile;
        }

        Configuration read(EnvironmentFile file) {
            if (demo && !explicitFile) {
                warnings.addAll(file.problems());
            } else {
                problems.addAll(file.problems());
            }
            names().forEach(this::pick);
            if (!demo) {
                warnAboutUnknown(file.values().keySet());
            }
            // A name set to nothing hides a weaker one, as in a shell, and is otherwise not set.
            settings.entrySet()
                    .removeIf(entry -> entry.getValue().value().isBlank() && !Variables.customHeader(entry.getKey()));
            return new Configuration(settings, warnings, problems);
        }

        private List<String> names() {
            List<String> names = new ArrayList<>(Variables.NAMES);
            stronger.values().keySet().stream()
                    .filter(Variables::madeUp)
                    .sorted()
                    .forEach(names::add);
            weaker.values().keySet().stream()
                    .filter(Variables::madeUp)
                    .filter(name -> !names.contains(name))
                    .sorted()
                    .forEach(names::add);
            return demo ? names.stream().filter(FOR_DEMO::contains).toList() : names;
        }

        private void pick(String name) {
            Setting first = stronger.setting(name);
            Setting second = weaker.setting(name);
            String address = ProxySettings.addressOf(name);
            if (first == null && second != null && address != null && namedByFile(address)) {
                warnings.add(name + " of the environment is not used: " + stronger.label()
                        + " names another " + address
                        + ", and a key must not reach a provider it was not meant for; set "
                        + name + " in that file too");
                return;
            }
            Setting picked = first != null ? first : second;
            if (picked != null) {
                settings.put(name, picked);
            }
            if (first != null && second != null && !first.value().equals(second.value())) {
                warnings.add(name + " is set in " + first.origin() + " and, differently, in " + second.origin() + ": "
                        + first.origin() + " wins" + hint(name));
            }
        }

        private boolean namedByFile(String address) {
            String url = stronger.values().get(address);
            return explicitFile && url != null && !url.equals(weaker.values().get(address));
        }

        private String hint(String name) {
            String address = ProxySettings.addressOf(name);
            boolean ofTheFile = !explicitFile && weaker.values().containsKey(address);
            return ofTheFile && address != null ? "; if the provider of .env is meant, start with --env .env" : "";
        }

        private void warnAboutUnknown(Set<String> names) {
            String label = explicitFile ? stronger.label() : weaker.label();
            List<String> unknown = new ArrayList<>();
            for (String name : names) {
                if (Variables.known(name)) {
                    continue;
                }
                Variables.meant(name)
                        .ifPresentOrElse(
                                meant -> warnings.add(
                                        name + " in " + label + " is no name of ours, did you mean " + meant + "?"),
                                () -> unknown.add(name));
            }
            if (!unknown.isEmpty()) {
                warnings.add("not used, because they are no names of ours: " + String.join(", ", unknown) + " (" + label
                        + ")");
            }
        }
    }
}
