package io.github.claudecodeproxy.servlet;

import io.github.claudecodeproxy.http.EngineUnderTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.util.ServerInfo;
import org.apache.catalina.valves.JsonErrorReportValve;
import org.apache.tomcat.util.IntrospectionUtils;

/** The servlet in an embedded Tomcat, of whichever version is on the class path. */
final class TomcatTarget extends ContainerTarget {

    @Override
    public String name() {
        return "proxy-servlet in " + ServerInfo.getServerInfo();
    }

    @Override
    RunningProxy start(EngineUnderTest engine, ProxyServlet servlet) throws Exception {
        return new Running(engine, servlet);
    }

    /** It warns about modules that are not open to it, for every context that ends. */
    static void withoutLeakDetection(Context context) {
        for (String what :
                List.of("ObjectStreamClassCaches", "RmiTargets", "ThreadLocals", "HttpClientKeepAliveThread")) {
            // not every version has each
            IntrospectionUtils.setProperty(context, "clearReferences" + what, "false", false);
        }
    }

    private static final class Running implements RunningProxy {

        private final EngineUnderTest engine;
        private final Tomcat tomcat = new Tomcat();
        private final Connector connector = new Connector();

        Running(EngineUnderTest engine, ProxyServlet servlet) throws IOException, LifecycleException {
            this.engine = engine;
            Path base = Files.createTempDirectory("tomcat");
            tomcat.setBaseDir(base.toString());
            tomcat.setSilent(true);
            connector.setPort(0);
            connector.setProperty("address", "127.0.0.1");
            // as the README advises; the rest is as Tomcat has it
            connector.setProperty("maxHttpRequestHeaderSize", "65536");
            connector.setProperty("continueResponseTiming", "onRead");
            JsonErrorReportValve errors = new JsonErrorReportValve();
            errors.setShowReport(false);
            tomcat.getHost().getPipeline().addValve(errors);
            ((StandardHost) tomcat.getHost()).setErrorReportValveClass(JsonErrorReportValve.class.getName());
            tomcat.setConnector(connector);
            Context context = tomcat.addContext("", base.toString());
            withoutLeakDetection(context);
            Wrapper wrapper = Tomcat.addServlet(context, "proxy", servlet);
            wrapper.setAsyncSupported(true);
            wrapper.setLoadOnStartup(1);
            wrapper.addMapping("/*");
            tomcat.start();
        }

        @Override
        public URI address() {
            return URI.create("http://127.0.0.1:" + connector.getLocalPort());
        }

        @Override
        public void close() {
            try {
                tomcat.stop();
                tomcat.destroy();
            } catch (LifecycleException e) {
                throw new IllegalStateException(e);
            }
            engine.close();
        }
    }
}
