package io.github.claudecodeproxy.examples;

import io.github.claudecodeproxy.http.ProxyEngine;
import io.github.claudecodeproxy.servlet.ProxyServlet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;

/** The servlet in a Tomcat of your own, beside whatever else that serves. */
public final class EmbeddedTomcat implements AutoCloseable {

    private final Tomcat tomcat = new Tomcat();

    /** Listens on a port, 0 for a free one; the engine stays the caller's to close. */
    public EmbeddedTomcat(ProxyEngine engine, int port) throws IOException, LifecycleException {
        Path folder = Files.createTempDirectory("tomcat");
        tomcat.setBaseDir(folder.toString());
        tomcat.setPort(port);
        Context context = tomcat.addContext("/llm", folder.toString());
        Wrapper servlet = Tomcat.addServlet(context, "claude", new ProxyServlet(engine));
        servlet.setAsyncSupported(true);
        servlet.addMapping("/claude/*");
        tomcat.getConnector();
        tomcat.start();
    }

    /** What clients use as their base URL. */
    public String baseUrl() {
        return "http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/llm/claude";
    }

    @Override
    public void close() throws LifecycleException {
        tomcat.stop();
        tomcat.destroy();
    }
}
