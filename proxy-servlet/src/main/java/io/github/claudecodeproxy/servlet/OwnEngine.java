package io.github.claudecodeproxy.servlet;

import io.github.claudecodeproxy.http.ProxyEngine;
import io.github.claudecodeproxy.upstream.JdkUpstreamClient;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine of a servlet that made it, with its upstream client, which live and die together.
 *
 * @param engine answers
 * @param client calls
 * @param grace how long calls may go on when the servlet is destroyed
 */
record OwnEngine(ProxyEngine engine, JdkUpstreamClient client, Duration grace) implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ProxyServlet.class);

    static OwnEngine start(ServletSettings settings) {
        settings.warnings().forEach(log::warn);
        settings.proxy().shutdowns(LocalDate.now(ZoneOffset.UTC)).forEach(log::warn);
        JdkUpstreamClient client = settings.proxy().upstreamClient().build();
        log.info(
                "Ready: provider {}, models {}, {}, {}",
                settings.proxy().provider().name(),
                settings.proxy().bigModel(),
                settings.proxy().middleModel(),
                settings.proxy().smallModel());
        return new OwnEngine(new ProxyEngine(settings.proxy(), client), client, settings.grace());
    }

    @Override
    public void close() {
        engine.close();
        client.close();
    }
}
