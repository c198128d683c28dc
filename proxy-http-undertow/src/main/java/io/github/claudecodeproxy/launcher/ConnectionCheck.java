package io.github.claudecodeproxy.launcher;

import io.github.claudecodeproxy.http.ConnectionReport;
import io.github.claudecodeproxy.http.ProxyEngine;
import io.github.claudecodeproxy.upstream.JdkUpstreamClient;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One real small call to the provider, and what its outcome means. */
final class ConnectionCheck {

    private static final int LONGEST_SECONDS = 330;

    private ConnectionCheck() {}

    /** What came of the call. */
    record Outcome(boolean ok, List<String> lines) {}

    static Outcome run(Plan plan) throws InterruptedException {
        try (UpstreamClient client = JdkUpstreamClient.builder().build();
                ProxyEngine engine = new ProxyEngine(plan.proxy(), client)) {
            return told(plan, engine.testConnection().get(LONGEST_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return failed(plan, String.valueOf(cause.getMessage()), 0);
        } catch (TimeoutException e) {
            return failed(plan, "no answer within " + LONGEST_SECONDS + " s", 0);
        }
    }

    private static Outcome told(Plan plan, ConnectionReport report) {
        if (report.ok()) {
            return new Outcome(true, List.of("OK: " + shown(plan, report.model()) + " answered. All is ready."));
        }
        return failed(plan, report.message(), report.status());
    }

    private static Outcome failed(Plan plan, String message, int status) {
        List<String> lines = new ArrayList<>();
        String answer = status > 0 ? "the provider answered " + status : "the provider could not be reached";
        lines.add("Failed: " + answer + ": " + shown(plan, message));
        lines.add("What to do: " + remedy(plan, status));
        return new Outcome(false, lines);
    }

    private static String remedy(Plan plan, int status) {
        return switch (status) {
            case 0 -> "see that OPENAI_BASE_URL (" + plan.secrets().maskUrl(plan.proxy().baseUrl())
                    + ") is right and that the server there runs and can be reached from here.";
            case 401, 403 -> "see that OPENAI_API_KEY is a key of this provider, is still valid and may use the model.";
            case 402 -> "see that the account at the provider has credit.";
            case 404 -> "see that SMALL_MODEL names a model (on Azure: a deployment) that the provider has, and that"
                    + " OPENAI_BASE_URL ends as the provider says, usually in /v1.";
            case 400, 422 -> "see that SMALL_MODEL is a chat model of this provider and that PROVIDER is right.";
            case 429 -> "wait a little, or see that the account at the provider has credit left.";
            default -> "the provider has trouble; try again later, or see its status page.";
        };
    }

    private static String shown(Plan plan, String text) {
        return Printable.of(plan.secrets().mask(text));
    }
}
