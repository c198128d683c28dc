package io.github.claudecodeproxy.launcher;

import java.util.Properties;

/** The properties of the JVM that the HTTP client reads once. */
final class JvmSettings {

    private JvmSettings() {}

    /** Sets what is not set. To be called before the first HTTP client exists. */
    static void apply(Properties properties) {
        // uvicorn, and with it vLLM, closes an idle connection after 5 s; a call that meets this is lost.
        properties.putIfAbsent("jdk.httpclient.keepalive.timeout", "4");
        // Else the JDK keeps the password of UPSTREAM_PROXY back from the proxy on the way to an https address.
        properties.putIfAbsent("jdk.http.auth.tunneling.disabledSchemes", "");
        // What the system holds of an answer whose client is slow; by itself it takes megabytes for each.
        properties.putIfAbsent("jdk.httpclient.receiveBufferSize", "262144");
    }
}
