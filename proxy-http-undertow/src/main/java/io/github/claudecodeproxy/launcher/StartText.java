package io.github.claudecodeproxy.launcher;

import io.github.claudecodeproxy.http.ModelWindow;
import io.github.claudecodeproxy.http.ProxySettings;
import io.github.claudecodeproxy.provider.ModelRequest;
import io.github.claudecodeproxy.provider.ModelTarget;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a person reads: the configuration with its origins, and how to point Claude Code here. */
final class StartText {

    private static final String BIG = "claude-opus-4-5";

    private final Plan plan;
    private final List<ModelWindow> windows;

    StartText(Plan plan) {
        this(plan, List.of());
    }

    /** With what servers of one's own have said of their windows. */
    StartText(Plan plan, List<ModelWindow> windows) {
        this.plan = plan;
        this.windows = List.copyOf(windows);
    }

    /** What is printed once the server listens. */
    List<String> started(int port) {
        String url = plan.server().url(port);
        List<String> lines = new ArrayList<>();
        lines.add(Version.line());
        lines.add("");
        lines.add("Listening on " + url + (plan.server().loopback() ? "" : ", and for other machines"));
        lines.addAll(configuration());
        lines.add("");
        lines.add("For Claude Code, paste into another terminal:");
        lines.add("");
        claudeCode(url).forEach(line -> lines.add("  " + line));
        lines.add("");
        lines.add("Automatic permission mode needs Anthropic's own service; another mode must be named, as above.");
        return lines;
    }

    /** Provider, models, where each value came from, and the warnings. */
    List<String> configuration() {
        List<String> lines = new ArrayList<>();
        ProxySettings proxy = plan.proxy();
        lines.add("Provider     " + proxy.provider().name() + " at "
                + plan.secrets().maskUrl(proxy.baseUrl()));
        proxy.otherUpstreams()
                .forEach((name, url) -> lines.add(
                        "             " + name + " at " + plan.secrets().maskUrl(url)));
        lines.add("Models       opus -> " + served(BIG) + ", sonnet -> " + served("claude-sonnet-4-5") + ", haiku -> "
                + served("claude-haiku-4-5"));
        if (!proxy.fallbacks().isEmpty()) {
            lines.add("Fallbacks    "
                    + proxy.fallbacks().stream()
                            .map(target -> show(target.toString()))
                            .collect(Collectors.joining(", ")));
        }
        lines.add("");
        lines.add("Configuration");
        lines.addAll(origins());
        List<String> warnings = warnings();
        if (!warnings.isEmpty()) {
            lines.add("");
            warnings.forEach(warning -> lines.add("Warning: " + show(warning)));
        }
        return lines;
    }

    /** What works but probably not as meant, one line each. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>(plan.warnings());
        warnings.addAll(plan.proxy().shutdowns(LocalDate.now(ZoneOffset.UTC)));
        windows.stream().filter(WindowAdvice::tooSmall).map(WindowAdvice::line).forEach(warnings::add);
        return warnings;
    }

    private String served(String model) {
        return show(plan.proxy().models().map(ModelRequest.named(model)).toString());
    }

    private List<String> origins() {
        List<String> names = new ArrayList<>(Variables.NAMES);
        plan.configuration().settings().keySet().stream()
                .filter(Variables::madeUp)
                .forEach(names::add);
        return names.stream()
                .filter(name -> plan.configuration().settings().containsKey(name) || hasDefault(name))
                .map(name -> String.format(Locale.ROOT, "  %-22s %s", Printable.of(name), shown(name)))
                .toList();
    }

    private String shown(String name) {
        Configuration.Setting setting = plan.configuration().settings().get(name);
        if (setting == null) {
            return defaultValue(name) + " (default)";
        }
        if (Variables.secret(name)) {
            return "set, not shown (" + setting.origin() + ")";
        }
        String value = name.equals(Variables.OPENAI_BASE_URL)
                ? Printable.of(plan.secrets().maskUrl(setting.value()))
                : show(setting.value());
        return value + " (" + setting.origin() + ")";
    }

    private static boolean hasDefault(String name) {
        return switch (name) {
            case Variables.OPENAI_BASE_URL,
                    Variables.PROVIDER,
                    Variables.BIG_MODEL,
                    Variables.MIDDLE_MODEL,
                    Variables.SMALL_MODEL,
                    Variables.HOST,
                    Variables.PORT,
                    Variables.LOG_LEVEL -> true;
            default -> false;
        };
    }

    private String defaultValue(String name) {
        ProxySettings proxy = plan.proxy();
        return switch (name) {
            case Variables.OPENAI_BASE_URL -> plan.secrets().maskUrl(proxy.baseUrl());
            case Variables.PROVIDER -> proxy.provider().name();
            case Variables.BIG_MODEL -> proxy.bigModel();
            case Variables.MIDDLE_MODEL -> show(proxy.middleModel());
            case Variables.SMALL_MODEL -> proxy.smallModel();
            case Variables.HOST -> plan.server().host();
            case Variables.PORT -> String.valueOf(plan.server().port());
            case Variables.LOG_LEVEL -> plan.server().logLevel().name();
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** The window of the model that serves opus; null when it is not known. */
    @Nullable
    Integer window() {
        ModelTarget serving = plan.proxy().models().map(ModelRequest.named(BIG));
        for (ModelWindow window : windows) {
            if (window.model().equals(serving) && window.tokens() != null) {
                return window.tokens();
            }
        }
        return plan.proxy().contextWindow(BIG);
    }

    private List<String> claudeCode(String url) {
        List<String> lines = new ArrayList<>();
        lines.add(export("ANTHROPIC_BASE_URL", url));
        lines.add(
                export("ANTHROPIC_API_KEY", plan.proxy().clientKeyRequired() ? "\"your ANTHROPIC_API_KEY\"" : "dummy"));
        lines.add(export("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"));
        Integer window = window();
        if (window != null) {
            ClaudeCode.WINDOW.forEach(name -> lines.add(export(name, String.valueOf(window))));
        }
        lines.add("claude --permission-mode default");
        return lines;
    }

    private static String export(String name, String value) {
        boolean windows = System.getProperty("os.name", "").startsWith("Windows");
        return windows ? "set " + name + "=" + value.replace("\"", "") : "export " + name + "=" + value;
    }

    private String show(String text) {
        return Printable.of(plan.secrets().mask(text));
    }
}
