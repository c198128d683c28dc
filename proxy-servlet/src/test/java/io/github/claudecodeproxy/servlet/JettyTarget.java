package io.github.claudecodeproxy.servlet;

import io.github.claudecodeproxy.http.EngineUnderTest;
import java.net.URI;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The servlet in an embedded Jetty. */
final class JettyTarget extends ContainerTarget {

    @Override
    public String name() {
        return "proxy-servlet in Jetty " + Server.getVersion();
    }

    @Override
    RunningProxy start(EngineUnderTest engine, ProxyServlet servlet) throws Exception {
        return new Running(engine, servlet);
    }

    private static final class Running implements RunningProxy {

        private final EngineUnderTest engine;
        private final Server server = new Server();
        private final ServerConnector connector;

        Running(EngineUnderTest engine, ProxyServlet servlet) throws Exception {
            this.engine = engine;
            HttpConfiguration http = new HttpConfiguration();
            http.setSendServerVersion(false);
            http.setRequestHeaderSize(64 * 1024);
            connector = new ServerConnector(server, new HttpConnectionFactory(http));
            connector.setHost("127.0.0.1");
            server.addConnector(connector);
            ServletContextHandler context = new ServletContextHandler("/");
            ServletHolder holder = new ServletHolder("proxy", servlet);
            holder.setAsyncSupported(true);
            context.addServlet(holder, "/*");
            server.setHandler(context);
            // in place of its pages, for what it refuses itself
            server.setErrorHandler((request, response, callback) -> {
                response.getHeaders().put("content-type", "application/json");
                Content.Sink.write(
                        response,
                        true,
                        ErrorAnswer.json("invalid_request_error", "The request is malformed."),
                        callback);
                return true;
            });
            server.start();
        }

        @Override
        public URI address() {
            return URI.create("http://127.0.0.1:" + connector.getLocalPort());
        }

        @Override
        public void close() {
            try {
                server.stop();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            engine.close();
        }
    }
}
