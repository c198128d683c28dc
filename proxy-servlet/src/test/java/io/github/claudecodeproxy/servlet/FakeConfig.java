package io.github.claudecodeproxy.servlet;

import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletContext;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a servlet and of its context, as a container would give them. */
record FakeConfig(Map<String, String> parameters, Map<String, String> ofContext) implements ServletConfig {

    @Override
    public String getServletName() {
        return "proxy";
    }

    @Override
    public ServletContext getServletContext() {
        return (ServletContext) Proxy.newProxyInstance(
                FakeConfig.class.getClassLoader(),
                new Class<?>[] {ServletContext.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getInitParameter" -> ofContext.get((String) arguments[0]);
                    case "getInitParameterNames" -> Collections.enumeration(ofContext.keySet());
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @Override
    public @Nullable String getInitParameter(String name) {
        return parameters.get(name);
    }

    @Override
    public Enumeration<String> getInitParameterNames() {
        return Collections.enumeration(parameters.keySet());
    }
}
