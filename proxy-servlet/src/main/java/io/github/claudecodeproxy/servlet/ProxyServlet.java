package io.github.claudecodeproxy.servlet;

import io.github.claudecodeproxy.http.Exchange;
import io.github.claudecodeproxy.http.ProxyEngine;
import io.github.claudecodeproxy.http.SettingsException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proxy as an asynchronous servlet for containers of Servlet 6.0 and later: no thread waits for a provider or for a
 * client. Map it to {@code /*} of a context or to any {@code /prefix/*}, with support of asynchronous requests switched on
 * for it and for every filter in front of it. Thread-safe.
 *
 * <p>A container that makes it by name gets a proxy with an engine of its own, which reads its settings, by the names of the
 * README, from the servlet's init parameters, the context's, JNDI ({@code java:comp/env}), system properties and the
 * environment, the first that has a name wins. With settings that cannot be used, the log names them, and each request is
 * answered with 503. Without a client key it answers clients on its own machine only, unless
 * {@code ALLOW_UNAUTHENTICATED} is true.
 *
 * <p>Who makes it with an engine keeps the engine, and closes it after the servlet has been destroyed.
 */
public final class ProxyServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final Logger log = LoggerFactory.getLogger(ProxyServlet.class);
    private static final long IDLE_CHECK_MILLIS = 20;

    /** For the errors of calls that are ended to reach their clients. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final transient ServletLimits limits;
    private final transient Set<ServletExchange> running = ConcurrentHashMap.newKeySet();
    private transient @Nullable Consumer<? super Exchange> handler;
    private transient @Nullable OwnEngine own;
    private transient @Nullable ServletTimers timers;

    /** A servlet that reads its settings when the container initialises it. */
    public ProxyServlet() {
        this(null, ServletLimits.DEFAULT);
    }

    /** A servlet in front of an engine, which stays the caller's to close. */
    public ProxyServlet(ProxyEngine engine) {
        this(engine::handle, ServletLimits.DEFAULT);
    }

    ProxyServlet(@Nullable Consumer<? super Exchange> handler, ServletLimits limits) {
        this.handler = handler;
        this.limits = limits;
    }

    @Override
    public void init() {
        timers = new ServletTimers();
        if (handler != null) {
            return;
        }
        try {
            OwnEngine started = OwnEngine.start(ServletSettings.read(new SettingsSources(getServletConfig())));
            own = started;
            handler = started.engine()::handle;
        } catch (SettingsException e) {
            e.problems().forEach(problem -> log.error("Not started: {}", problem));
        }
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Consumer<? super Exchange> told = handler;
        ServletTimers clock = timers;
        if (request.getAttribute(ServletExchange.BROKEN) != null) {
            throw new IOException("a response was broken off");
        }
        if (request.getDispatcherType() == DispatcherType.ERROR) {
            ErrorAnswer.inPlaceOfPage(request, response);
        } else if (told == null || clock == null) {
            ErrorAnswer.send(
                    response,
                    503,
                    "api_error",
                    "The proxy could not start; the log of its server says what is missing.");
        } else if (!request.isAsyncSupported()) {
            log.error("The servlet, or a filter in front of it, is not declared with async-supported");
            ErrorAnswer.send(response, 500, "api_error", "The proxy is not set up for asynchronous requests.");
        } else {
            handle(request, told, clock);
        }
    }

    private void handle(HttpServletRequest request, Consumer<? super Exchange> told, ServletTimers clock) {
        AsyncContext async = request.startAsync();
        async.setTimeout(0);
        ServletExchange exchange = new ServletExchange(async, limits, clock, this::endCalls, running::remove);
        running.add(exchange);
        async.addListener(exchange);
        if (hasDoubtfulFraming(request)) {
            exchange.refuse(400, "The request's Content-Length or Transfer-Encoding is malformed or not supported.");
        } else if (urlLength(request) > ServletLimits.URL_CHARACTERS) {
            exchange.refuse(414, "The request's URL is too long.");
        } else {
            exchange.guard(() -> told.accept(exchange));
        }
    }

    private void endCalls() {
        if (own != null) {
            own.engine().endCalls();
        }
    }

    /** What a container may have read in one way, and a server in front of it in another. */
    private static boolean hasDoubtfulFraming(HttpServletRequest request) {
        var encodings = Collections.list(request.getHeaders("transfer-encoding"));
        int lengths = Collections.list(request.getHeaders("content-length")).size();
        boolean chunked = encodings.size() == 1 && encodings.get(0).equalsIgnoreCase("chunked");
        return lengths > 1 || (!encodings.isEmpty() && (lengths > 0 || !chunked));
    }

    private static int urlLength(HttpServletRequest request) {
        String query = request.getQueryString();
        return request.getRequestURI().length() + (query == null ? 0 : query.length());
    }

    /** Lets calls of an engine of its own run on for the grace that its settings give, then ends what still runs. */
    @Override
    public void destroy() {
        OwnEngine ending = own;
        ServletTimers clock = timers;
        try {
            if (ending != null) {
                ending.engine().drain();
                if (!idleWithin(ending.grace())) {
                    ending.engine().endCalls();
                    idleWithin(LAST_WORDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running.forEach(ServletExchange::cut);
        if (ending != null) {
            ending.close();
        }
        if (clock != null) {
            clock.close();
        }
    }

    private boolean idleWithin(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!running.isEmpty()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            Thread.sleep(IDLE_CHECK_MILLIS);
        }
        return true;
    }
}
