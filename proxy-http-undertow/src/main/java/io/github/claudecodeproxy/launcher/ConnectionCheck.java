package io.github.claudecodeproxy.launcher;

import io.github.claudecodeproxy.http.ConnectionReport;
import io.github.claudecodeproxy.http.ModelWindow;
import io.github.claudecodeproxy.http.ProxyEngine;
import io.github.claudecodeproxy.undertow.UndertowProxy;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** One real small call to the provider, and what its outcome means. */
final class ConnectionCheck {

    private static final int LONGEST_SECONDS = 330;

    private static final Pattern CONNECTION = words("base_url|connect|resolved|certificate|closed the connection");
    private static final Pattern MONEY = words("quota|credit|billing|balance|rate limit");
    private static final Pattern KEY =
            words("api.?key|authenti|unauthori|forbidden|permission|credential|\\b40[13]\\b");
    private static final Pattern MODEL = words("model|deployment|not found|\\b404\\b");

    private ConnectionCheck() {}

    /** What came of the call. */
    record Outcome(boolean ok, List<String> lines) {}

    /** Makes the call with the client that the server would make it with. */
    static Outcome run(Plan plan) throws InterruptedException {
        return switch (plan.server().upstreamClient()) {
            case JDK -> {
                try (UpstreamClient client = plan.proxy().upstreamClient().build()) {
                    yield run(plan, client);
                }
            }
            case UNDERTOW -> {
                // It never listens
                try (UndertowProxy server =
                        UndertowProxy.builder(exchange -> {}).upstreams().build()) {
                    yield run(plan, server.upstreamClient(plan.proxy()));
                }
            }
        };
    }

    private static Outcome run(Plan plan, UpstreamClient client) throws InterruptedException {
        try (ProxyEngine engine = new ProxyEngine(plan.proxy(), client)) {
            engine.fetchKeys().get(LONGEST_SECONDS, TimeUnit.SECONDS);
            Outcome outcome = told(plan, engine.testConnection().get(LONGEST_SECONDS, TimeUnit.SECONDS));
            return outcome.ok() ? windows(plan, outcome, engine) : outcome;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return failed(plan, String.valueOf(cause.getMessage()), 0);
        } catch (TimeoutException e) {
            return failed(plan, "no answer within " + LONGEST_SECONDS + " s", 0);
        }
    }

    /** What a server of one's own says of its windows; it may have to load a model first. */
    private static Outcome windows(Plan plan, Outcome outcome, ProxyEngine engine)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<ModelWindow> windows = engine.contextWindows(true).get(LONGEST_SECONDS, TimeUnit.SECONDS);
        List<String> lines = new ArrayList<>(outcome.lines());
        windows.forEach(window -> lines.add(shown(plan, WindowAdvice.line(window))));
        return new Outcome(windows.stream().noneMatch(WindowAdvice::tooSmall), lines);
    }

    private static Outcome told(Plan plan, ConnectionReport report) {
        if (report.ok()) {
            return new Outcome(
                    true,
                    List.of("OK: " + shown(plan, report.model()) + " answered." + notTried(plan, report.model())));
        }
        return failed(plan, report.message(), report.status());
    }

    private static String notTried(Plan plan, String tried) {
        Set<String> others = new LinkedHashSet<>(
                List.of(plan.proxy().bigModel(), plan.proxy().middleModel()));
        others.remove(tried);
        return others.isEmpty() ? " All is ready." : " Not tried: " + shown(plan, String.join(", ", others)) + ".";
    }

    private static Outcome failed(Plan plan, String message, int status) {
        return new Outcome(
                false, List.of("Failed: " + shown(plan, message), "What to do: " + remedy(plan, message, status)));
    }

    /** By the words first: what the client is told of a refused key is a 500, because it is not the client's key. */
    private static String remedy(Plan plan, String message, int status) {
        if (CONNECTION.matcher(message).find()) {
            return "see that OPENAI_BASE_URL ("
                    + plan.secrets().maskUrl(plan.proxy().baseUrl())
                    + ") is right, and that the server there runs and can be reached from here.";
        }
        if (status == 429 || MONEY.matcher(message).find()) {
            return "see that the account at the provider has credit left, or wait a little.";
        }
        if (status == 401 || status == 403 || KEY.matcher(message).find()) {
            return "see that OPENAI_API_KEY is a key of this provider, is still valid and may use the model.";
        }
        if (status == 404 || MODEL.matcher(message).find()) {
            return "see that SMALL_MODEL names a model (on Azure: a deployment) that the provider has, and that"
                    + " OPENAI_BASE_URL ends as the provider says, usually in /v1.";
        }
        return status >= 400 && status < 500
                ? "see that SMALL_MODEL is a chat model of this provider and that PROVIDER is right."
                : "the provider has trouble: try again later, or see its status page.";
    }

    private static Pattern words(String alternatives) {
        return Pattern.compile(alternatives, Pattern.CASE_INSENSITIVE);
    }

    private static String shown(Plan plan, String text) {
        return Printable.of(plan.secrets().mask(text));
    }
}
