package io.github.claudecodeproxy.benchmarks.process;

import io.github.claudecodeproxy.testkit.ClaudeGrammar;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The upstream, the load and what stands between them. Used by one thread; close it. */
final class Rig implements AutoCloseable {

    /** How the names of the product begin. */
    static final String PRODUCT = "proxy";

    /** How the names of those begin that copy. */
    static final String COPY = "copy";

    /** How the names of those end that call the upstream with Java's HTTP client, and not on the server's own threads. */
    static final String JDK_CLIENT = ", Java's client";

    private static final int LEAST_WARM_WINDOWS = 2;
    private static final long MOST_WARMING = TimeUnit.SECONDS.toNanos(60);

    /** Which part of its CPU time a warm program may still take to compile. */
    private static final double WARM = 0.04;

    final MockUpstream upstream = new MockUpstream();
    final Load load = new Load();
    final Subject direct;
    private final List<Subject> started = new ArrayList<>();
    private final List<Subject> compared = new ArrayList<>();
    private final Report report;
    private final boolean onlyCopy;

    Rig(Report report) {
        this(report, false);
    }

    /**
     * A rig.
     *
     * @param onlyCopy whether the product is compared with nothing but its own copy
     */
    Rig(Report report, boolean onlyCopy) {
        this.report = report;
        this.onlyCopy = onlyCopy;
        this.direct = Subject.direct(upstream.port());
    }

    /** The product as it is shipped; the same for all who compare. */
    Subject product() throws Exception {
        Subject product = compared.isEmpty()
                ? keep(Subject.product(PRODUCT, upstream.port(), Subject.AS_SHIPPED, Map.of()))
                : compared.get(0);
        if (compared.isEmpty()) {
            compared.add(product);
        }
        return product;
    }

    /**
     * A product of one's own, with these options of the JVM and the default client, or that of the system property {@code
     * client}.
     */
    Subject product(List<String> jvm) throws Exception {
        return product(jvm, upstream);
    }

    /** The same, with an upstream that nobody else has connections to. */
    Subject product(List<String> jvm, MockUpstream own) throws Exception {
        Map<String, String> client = Map.of("UPSTREAM_CLIENT", System.getProperty("client", "undertow"));
        return keep(Subject.product(PRODUCT, own.port(), jvm, client));
    }

    /** The copy that calls the upstream with the same client as a program, or another peer as it is. */
    static String peer(String peer, String subject) {
        return peer.equals(COPY) && subject.endsWith(JDK_CLIENT) ? COPY + JDK_CLIENT : peer;
    }

    /** The product, with either client, and what it is compared with; without nginx where there is none. */
    List<Subject> all() throws Exception {
        product();
        if (compared.size() == 1 && onlyCopy) {
            compared.add(keep(Subject.copy(COPY, upstream.port(), "undertow")));
        } else if (compared.size() == 1) {
            compared.add(keep(Subject.product(
                    PRODUCT + JDK_CLIENT, upstream.port(), Subject.AS_SHIPPED, Map.of("UPSTREAM_CLIENT", "jdk"))));
            compared.add(keep(Subject.copy(COPY, upstream.port(), "undertow")));
            compared.add(keep(Subject.copy(COPY + JDK_CLIENT, upstream.port(), "jdk")));
            compared.add(keep(Subject.undertow(upstream.port())));
            Subject nginx = Subject.nginx(upstream.port());
            if (nginx == null) {
                report.line("No nginx is on the path: nothing is compared with it.");
            } else {
                compared.add(keep(nginx));
            }
        }
        return List.copyOf(compared);
    }

    private Subject keep(Subject subject) {
        started.add(subject);
        return subject;
    }

    /** Ends a program that is not needed any more. */
    void stop(Subject subject) {
        started.remove(subject);
        subject.close();
    }

    /**
     * Makes calls, and judges the answers that were kept.
     *
     * @throws AssertionError when an answer is not what it should be
     */
    LoadResult run(Subject subject, LoadPlan plan) {
        LoadResult result = load.run(subject, plan);
        if (result.failed > 0) {
            throw new AssertionError(subject.name() + ": " + result.failed + " of " + result.calls
                    + " calls went wrong, such as " + result.problems);
        }
        if (result.unfinished > 0 && plan.pieces() != Answer.ENDLESS) {
            throw new AssertionError(subject.name() + ": " + result.unfinished + " calls were not answered");
        }
        if (subject.translates() && plan.streamed()) {
            for (byte[] sample : result.samples) {
                List<String> violations = ClaudeGrammar.check(new String(sample, StandardCharsets.UTF_8));
                if (!violations.isEmpty()) {
                    throw new AssertionError(subject.name() + ": " + violations);
                }
            }
        }
        return result;
    }

    /** Loads a program, on all processors, until it hardly compiles any more, which may take a minute. */
    void warm(Subject subject, LoadPlan plan) throws Exception {
        subject.unpin();
        boolean warm = false;
        long begun = System.nanoTime();
        for (int i = 1; !warm && System.nanoTime() - begun < MOST_WARMING; i++) {
            long compiling = subject.compiling();
            long all = subject.cpu();
            run(subject, plan);
            warm = i >= LEAST_WARM_WINDOWS && subject.compiling() - compiling <= WARM * (subject.cpu() - all);
        }
        subject.pin();
        if (!warm) {
            System.out.println(subject.name() + " still compiles");
        }
    }

    @Override
    public void close() {
        started.forEach(Subject::close);
        load.close();
        upstream.close();
    }
}
