package io.github.claudecodeproxy.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.browser.Browser;
import jakarta.servlet.Filter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.RemoteIpValve;
import org.apache.tomcat.util.descriptor.web.ContextEnvironment;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The servlet as a container makes it: by its name, with settings of its web application. */
@Timeout(120)
class TomcatApplicationTest {

    private static final HeaderList JSON = HeaderList.of("Content-Type", "application/json");
    private static final String HELLO =
            "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    @TempDir
    private Path base;

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final Tomcat tomcat = new Tomcat();
    private final Connector connector = new Connector();

    TomcatApplicationTest() {
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        tomcat.setConnector(connector);
        tomcat.setSilent(true);
        tomcat.enableNaming();
        upstream.alwaysReply(request -> Reply.json(200, Chunks.completion("Hello, you.")));
    }

    @AfterEach
    void stop() throws Exception {
        tomcat.stop();
        tomcat.destroy();
        upstream.close();
    }

    private Context add(String path, Map<String, String> parameters) {
        tomcat.setBaseDir(base.toString());
        Context context = tomcat.addContext(path, base.toString());
        Wrapper wrapper = Tomcat.addServlet(context, "proxy", ProxyServlet.class.getName());
        wrapper.setAsyncSupported(true);
        wrapper.setLoadOnStartup(1);
        wrapper.addMapping("/*");
        TomcatTarget.withoutLeakDetection(context);
        parameters.forEach(context::addParameter);
        return context;
    }

    private Response post(String path, HeaderList headers) throws Exception {
        URI address = URI.create("http://127.0.0.1:" + connector.getLocalPort());
        return TestClient.call(address, "POST", path, headers, HELLO);
    }

    /** Where there is no browser, nothing is shown by this. */
    @ParameterizedTest
    @ValueSource(strings = {"/deep/two", "/deep/two/"})
    void thePageFindsItsDataBelowItsOwnPath(String path) throws Exception {
        Optional<Path> program = Browser.installed();
        assumeTrue(program.isPresent(), "no browser is installed");
        add(
                "/deep/two",
                Map.of(
                        "OPENAI_API_KEY",
                        "k",
                        "OPENAI_BASE_URL",
                        upstream.baseUrl().toString()));
        tomcat.start();
        assertThat(post("/deep/two/v1/messages", JSON).status()).isEqualTo(200);
        String address = "http://127.0.0.1:" + connector.getLocalPort();
        try (Browser browser = Browser.start(program.orElseThrow())) {
            browser.open(address + path);
            browser.await("document.querySelectorAll('#calls tr').length === 1");
            assertThat(browser.text("#commands")).contains("ANTHROPIC_BASE_URL=" + address + "/deep/two\n");
        }
    }

    @Test
    void twoApplicationsOfOneServerShareNoKey() throws Exception {
        String url = upstream.baseUrl().toString();
        add("/one", Map.of("OPENAI_API_KEY", "sk-of-the-first", "OPENAI_BASE_URL", url, "ANTHROPIC_API_KEY", "first"));
        Context second = add("/deep/two", Map.of("OPENAI_BASE_URL", url, "ANTHROPIC_API_KEY", "second"));
        ContextEnvironment entry = new ContextEnvironment();
        entry.setName("OPENAI_API_KEY");
        entry.setType("java.lang.String");
        entry.setValue("sk-of-the-second");
        second.getNamingResources().addEnvironment(entry);
        tomcat.start();

        assertThat(post("/one/v1/messages", JSON.with("x-api-key", "first")).status())
                .isEqualTo(200);
        assertThat(post("/deep/two/v1/messages", JSON.with("x-api-key", "second"))
                        .status())
                .isEqualTo(200);
        assertThat(post("/deep/two/v1/messages", JSON.with("x-api-key", "first"))
                        .status())
                .isEqualTo(401);
        assertThat(upstream.requests())
                .extracting(request -> request.header("authorization"))
                .containsExactly("Bearer sk-of-the-first", "Bearer sk-of-the-second");
        assertThat(upstream.requests().get(1).target()).isEqualTo("/v1/chat/completions");
    }

    @Test
    void whatIsSetUpWrongIsSaidInJson() throws Exception {
        add("", Map.of("OPENAI_API_KEY", "k", "OPENAI_BASE_URL", "ftp://example.com"));
        tomcat.start();
        Response response = post("/v1/messages", JSON);
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.json().at("/error/type").asText()).isEqualTo("api_error");
        assertThat(response.text()).doesNotContain("ftp");
    }

    @Test
    void withoutAClientKeyOnlyThisMachineIsAnswered() throws Exception {
        Map<String, String> settings = Map.of(
                "OPENAI_API_KEY", "k", "OPENAI_BASE_URL", upstream.baseUrl().toString());
        add("", settings);
        Context behind = add("/behind", settings);
        RemoteIpValve believer = new RemoteIpValve();
        believer.setRemoteIpHeader("X-Claimed");
        behind.getPipeline().addValve(believer);
        tomcat.start();

        assertThat(post("/v1/messages", JSON).status()).isEqualTo(200);
        for (String header : new String[] {"X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"}) {
            assertRefused(post("/v1/messages", JSON.with(header, "127.0.0.1")));
        }
        assertRefused(post("/v1/messages", JSON.with("Host", "evil.example")));
        assertRefused(post("/behind/v1/messages", JSON.with("X-Claimed", "10.1.2.3")));
        assertRefused(post("/behind/v1/messages", JSON.with("X-Claimed", "127.0.0.1")));
        assertThat(upstream.requests()).hasSize(1);
        assertThat(post("/v1/messages", JSON.with("X-Forwarded-For", "127.0.0.1"))
                        .json()
                        .at("/error/message")
                        .asText())
                .contains("ANTHROPIC_API_KEY", "ALLOW_UNAUTHENTICATED=true");
    }

    private static void assertRefused(Response response) {
        assertThat(response.status()).isEqualTo(403);
        assertThat(response.json().at("/error/type").asText()).isEqualTo("permission_error");
    }

    @Test
    void aFilterWithoutAsyncSupportIsNamed() throws Exception {
        Context context = add(
                "",
                Map.of(
                        "OPENAI_API_KEY",
                        "k",
                        "OPENAI_BASE_URL",
                        upstream.baseUrl().toString()));
        FilterDef definition = new FilterDef();
        definition.setFilterName("synchronous");
        definition.setAsyncSupported("false");
        Filter filter = (request, response, chain) -> chain.doFilter(request, response);
        definition.setFilter(filter);
        context.addFilterDef(definition);
        FilterMap mapping = new FilterMap();
        mapping.setFilterName("synchronous");
        mapping.addURLPattern("/*");
        context.addFilterMap(mapping);
        tomcat.start();
        Response response = post("/v1/messages", JSON);
        assertThat(response.status()).isEqualTo(500);
        assertThat(response.json().at("/error/message").asText()).contains("asynchronous");
    }
}
