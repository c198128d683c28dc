package io.github.claudecodeproxy.examples;

import io.github.claudecodeproxy.http.ProxyEngine;
import io.github.claudecodeproxy.http.ProxySettings;
import io.github.claudecodeproxy.servlet.ProxyServlet;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration
class SpringApplication {

    @Bean
    UpstreamClient upstream(ProxySettings settings) {
        return settings.upstreamClient().build();
    }

    @Bean
    ProxyEngine engine(ProxySettings settings, UpstreamClient upstream) {
        return new ProxyEngine(settings, upstream);
    }

    @Bean
    ServletRegistrationBean<ProxyServlet> claude(ProxyEngine engine) {
        return new ServletRegistrationBean<>(new ProxyServlet(engine), "/claude/*");
    }
}
