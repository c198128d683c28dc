package io.github.claudecodeproxy.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ReplyBuilder;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.UpstreamApi;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Rows 11 to 33: the head of the upstream's response, and responses that are no stream. */
final class HeadFaults {

    private static final int MEBIBYTE = 1 << 20;
    private static final int MOST_WORDS = 2048;

    private HeadFaults() {}

    static List<Fault> all() {
        return List.of(
                new Fault(11, "never sends headers", HeadFaults::silent),
                new Fault(12, "garbage instead of HTTP", HeadFaults::garbage),
                new Fault(13, "400 with a JSON error, or about the context length", HeadFaults::badRequest),
                new Fault(14, "401 or 403 on the operator's key", HeadFaults::keyRefused),
                new Fault(15, "402, or 429 insufficient_quota", HeadFaults::pay),
                new Fault(16, "404 model", HeadFaults::noSuchModel),
                new Fault(17, "408, 504", HeadFaults::upstreamTimeout),
                new Fault(18, "413", bench -> both(bench, error(413, "too large"), 413, "request_too_large", null)),
                new Fault(19, "429 with every form of retry-after", HeadFaults::rateLimited),
                new Fault(20, "429 with retry-after: 3600", HeadFaults::longWait),
                new Fault(21, "500, 502", HeadFaults::serverErrors),
                new Fault(22, "503 loading model", HeadFaults::loading),
                new Fault(23, "500 with a page, with nothing, with 5 MB", HeadFaults::wordlessErrors),
                new Fault(24, "301, 302, 307, 308", HeadFaults::redirects),
                new Fault(25, "204, 206, 101, 100 twenty times", HeadFaults::oddStatuses),
                new Fault(26, "200 with a login page", HeadFaults::loginPage),
                new Fault(27, "200 JSON though a stream was asked for", HeadFaults::documentForStream),
                new Fault(28, "200 SSE though none was asked for", HeadFaults::streamForDocument),
                new Fault(29, "an error inside 200 JSON", HeadFaults::errorInside),
                new Fault(30, "gzip, br although identity was asked for", HeadFaults::compressed),
                new Fault(31, "headers of 1 MB, 10,000 headers", HeadFaults::hugeHead),
                new Fault(32, "Content-Length too long", HeadFaults::shortBody),
                new Fault(33, "Content-Length too short, bytes after the body", HeadFaults::extraBytes));
    }

    private static Reply error(int status, String message) {
        return Reply.json(status, Chunks.error(message, "invalid_request_error"));
    }

    private static String both(FaultBench bench, Reply reply, int status, String type, @Nullable Boolean shouldRetry)
            throws Exception {
        bench.upstream().reply(reply).reply(reply);
        bench.refused(bench.whole(), status, type, shouldRetry);
        return bench.refused(bench.stream(), status, type, shouldRetry);
    }

    private static String silent(FaultBench bench) throws Exception {
        bench.setup(ProxySetup.defaults().with("REQUEST_TIMEOUT", "1"));
        bench.upstream().alwaysReply(request -> Reply.stallBeforeHeaders());
        String before = bench.refused(bench.stream(), 504, "timeout_error", true);
        bench.letGo();
        // 300 s of silence, of which a client sees none longer than 15 s: 10 s for the head, then pings
        bench.setup(ProxySetup.defaults().with("REQUEST_TIMEOUT", "300").withSpeed(100));
        Response committed = bench.stream();
        String after = bench.broken(committed.text(), "timeout_error");
        bench.letGo();
        int pings = count(committed.text(), "event: ping");
        assertThat(pings).isGreaterThanOrEqualTo(5);
        return before + "; after the commit " + pings + " pings, " + after;
    }

    private static int count(String text, String part) {
        return (text.length() - text.replace(part, "").length()) / part.length();
    }

    private static String garbage(FaultBench bench) throws Exception {
        return both(bench, Reply.raw("SSH-2.0-OpenSSH_9.6\r\n\r\n"), 500, "api_error", null);
    }

    private static String badRequest(FaultBench bench) throws Exception {
        bench.upstream().reply(error(400, "Unsupported value: 'purple'"));
        Response plain = bench.stream();
        assertThat(plain.text()).contains("Unsupported value: 'purple'");
        String outcome = bench.refused(plain, 400, "invalid_request_error", false);
        String words =
                "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens."
                        + " Please reduce the length of the messages.";
        bench.upstream()
                .reply(Reply.json(
                        400,
                        "{\"error\":{\"message\":\"" + words + "\",\"type\":\"invalid_request_error\","
                                + "\"param\":\"messages\",\"code\":\"context_length_exceeded\"}}"));
        Response tooLong = bench.whole();
        bench.refused(tooLong, 400, "invalid_request_error", false);
        assertThat(tooLong.json().at("/error/message").asText())
                .contains("prompt is too long: 9000 tokens > 8192 maximum");
        return outcome + "; prompt is too long: 9000 tokens > 8192 maximum";
    }

    private static String keyRefused(FaultBench bench) throws Exception {
        String outcome = "";
        for (int status : new int[] {401, 403}) {
            Reply reply = error(status, "Incorrect API key provided: " + FaultBench.KEY);
            outcome = both(bench, reply, 500, "api_error", false);
            bench.upstream().reply(reply);
            assertThat(bench.stream().text()).contains("authentication failed").doesNotContain(FaultBench.KEY);
        }
        return outcome + ", key absent";
    }

    private static String pay(FaultBench bench) throws Exception {
        both(bench, error(402, "Insufficient Balance"), 402, "billing_error", null);
        String quota = "{\"error\":{\"message\":\"You exceeded your current quota\",\"type\":\"insufficient_quota\","
                + "\"code\":\"insufficient_quota\"}}";
        return both(bench, Reply.json(429, quota), 402, "billing_error", null);
    }

    private static String noSuchModel(FaultBench bench) throws Exception {
        Reply reply = Reply.json(
                404,
                "{\"error\":{\"message\":\"The model `gpt-4o` does not exist\",\"type\":\"invalid_request_error\","
                        + "\"code\":\"model_not_found\"}}");
        String outcome = both(bench, reply, 404, "not_found_error", null);
        bench.upstream().reply(reply);
        String message = bench.stream().json().at("/error/message").asText();
        assertThat(message).startsWith("model: ");
        return outcome + ", " + message.lines().findFirst().orElse("");
    }

    private static String upstreamTimeout(FaultBench bench) throws Exception {
        both(bench, error(408, "timed out"), 504, "timeout_error", null);
        return both(bench, error(504, "timed out"), 504, "timeout_error", null);
    }

    private static String rateLimited(FaultBench bench) throws Exception {
        String[][] variants = {
            {"retry-after", "2", "2"},
            {"retry-after", "Fri, 31 Dec 2100 23:59:59 GMT", "Fri, 31 Dec 2100 23:59:59 GMT"},
            {"retry-after-ms", "1500", null},
            {"retry-after", "-5", null},
            {"retry-after", "abc", null},
        };
        String outcome = "";
        for (String[] variant : variants) {
            // a rate limit that lasts would be kept without asking: each variant has a product of its own
            bench.setup(ProxySetup.defaults().with("MAX_RETRIES", "0"));
            Reply reply = Reply.status(429)
                    .header(variant[0], variant[1])
                    .header("content-type", "application/json")
                    .text(Chunks.error("slow down", "rate_limit"))
                    .end();
            outcome = both(bench, reply, 429, "rate_limit_error", null);
            bench.upstream().reply(reply);
            String passedOn = bench.stream().headers().first("retry-after");
            if (variant[0].equals("retry-after-ms")) {
                assertThat(passedOn).isIn("2", "1.5", null);
            } else {
                assertThat(passedOn).as(variant[1]).isEqualTo(variant[2]);
            }
        }
        return outcome + ", valid values passed on";
    }

    private static String longWait(FaultBench bench) throws Exception {
        bench.setup(ProxySetup.defaults());
        bench.upstream()
                .alwaysReply(request -> Reply.status(429)
                        .header("retry-after", "3600")
                        .header("content-type", "application/json")
                        .text(Chunks.error("slow down", "rate_limit"))
                        .end());
        String outcome = bench.refused(bench.stream(), 429, "rate_limit_error", null);
        assertThat(bench.upstream().requests()).as("calls").hasSize(1);
        return outcome + ", one attempt";
    }

    private static String serverErrors(FaultBench bench) throws Exception {
        String outcome = "";
        for (int status : new int[] {500, 502}) {
            both(bench, error(status, "it broke"), 500, "api_error", null);
            bench.setup(ProxySetup.defaults());
            int before = bench.upstream().requests().size();
            outcome = both(bench, error(status, "it broke"), 500, "api_error", null)
                    .concat(", two attempts");
            bench.upstream().reply(error(status, "it broke")).reply(error(status, "it broke"));
            bench.refused(bench.stream(), 500, "api_error", null);
            assertThat(bench.upstream().requests().size() - before).isLessThanOrEqualTo(6);
            bench.setup(ProxySetup.defaults().with("MAX_RETRIES", "0"));
        }
        return outcome;
    }

    private static String loading(FaultBench bench) throws Exception {
        Reply reply = Reply.json(
                503, "{\"error\":{\"code\":503,\"message\":\"Loading model\",\"type\":\"unavailable_error\"}}");
        String outcome = both(bench, reply, 529, "overloaded_error", true);
        bench.upstream().reply(reply);
        Response response = bench.stream();
        assertThat(response.text()).contains("Loading model");
        assertThat(response.headers().first("retry-after")).matches("[0-9]+");
        return outcome + ", retry-after " + response.headers().first("retry-after");
    }

    private static String wordlessErrors(FaultBench bench) throws Exception {
        String page = "<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>";
        String outcome = "";
        for (String body : List.of(page, "", "x".repeat(5 * MEBIBYTE))) {
            bench.setup(ProxySetup.defaults().with("MAX_RETRIES", "0"));
            Reply reply = Reply.status(500).contentLength().text(body).end();
            outcome = both(bench, reply, 500, "api_error", null);
            bench.upstream().reply(reply);
            String message = bench.stream().json().at("/error/message").asText();
            assertThat(message.length()).isLessThanOrEqualTo(MOST_WORDS);
        }
        return outcome + ", short and without HTML";
    }

    private static String redirects(FaultBench bench) throws Exception {
        String outcome = "";
        for (int status : new int[] {301, 302, 307, 308}) {
            Reply reply = Reply.status(status)
                    .header("location", bench.upstream().baseUrl() + "/elsewhere")
                    .contentLength()
                    .end();
            outcome = both(bench, reply, 500, "api_error", false);
        }
        assertThat(bench.upstream().requests())
                .allSatisfy(request -> assertThat(request.path()).doesNotContain("elsewhere"));
        return outcome + ", Location never called";
    }

    private static String oddStatuses(FaultBench bench) throws Exception {
        both(bench, Reply.raw("HTTP/1.1 204 No Content\r\n\r\n"), 500, "api_error", null);
        both(bench, Reply.status(206).contentLength().text("{}").end(), 500, "api_error", null);
        String interim = "HTTP/1.1 100 Continue\r\n\r\n".repeat(20);
        both(bench, Reply.raw(interim), 500, "api_error", null);
        Reply switching = Reply.raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n");
        return both(bench, switching, 500, "api_error", null);
    }

    private static String loginPage(FaultBench bench) throws Exception {
        String page = "<!DOCTYPE html><html><body>Sign in</body></html>";
        return both(
                bench,
                Reply.status(200)
                        .header("content-type", "text/html")
                        .contentLength()
                        .text(page)
                        .end(),
                500,
                "api_error",
                null);
    }

    private static String documentForStream(FaultBench bench) throws Exception {
        bench.upstream().reply(bench.api().whole("Hello"));
        return bench.says(bench.stream(), "Hello");
    }

    private static String streamForDocument(FaultBench bench) throws Exception {
        bench.upstream().reply(bench.api().stream("Hello"));
        return bench.says(bench.whole(), "Hello");
    }

    private static String errorInside(FaultBench bench) throws Exception {
        both(
                bench,
                Reply.json(200, "{\"error\":{\"message\":\"slow down\",\"code\":429}}"),
                429,
                "rate_limit_error",
                null);
        both(bench, Reply.json(200, Chunks.error("it broke", "server_error")), 500, "api_error", null);
        String failed = bench.api().failedDocument("it broke", "server_error");
        return both(bench, Reply.json(200, failed), 500, "api_error", null);
    }

    private static String compressed(FaultBench bench) throws Exception {
        UpstreamApi api = bench.api();
        String events = ReplyBuilder.frames(api.answer("Hello")) + ReplyBuilder.frames(api.last());
        bench.upstream()
                .reply(Reply.streaming()
                        .header("content-encoding", "gzip")
                        .bytes(gzip(events))
                        .end())
                .reply(Reply.status(200)
                        .header("content-type", "application/json")
                        .header("content-encoding", "gzip")
                        .bytes(gzip(api.document("Hello")))
                        .end());
        bench.says(bench.stream(), "Hello");
        bench.says(bench.whole(), "Hello");
        Reply unknown = Reply.streaming()
                .header("content-encoding", "br")
                .bytes(new byte[] {1, 2, 3})
                .end();
        return "gzip decoded; br: " + both(bench, unknown, 500, "api_error", null);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return packed.toByteArray();
    }

    private static String hugeHead(FaultBench bench) throws Exception {
        both(bench, Reply.streaming().header("x-large", "x".repeat(MEBIBYTE)).close(), 500, "api_error", null);
        ReplyBuilder many = Reply.streaming();
        for (int i = 0; i < 10_000; i++) {
            many.header("x-" + i, "some value that makes this header as long as they are in practice");
        }
        return both(bench, many.close(), 500, "api_error", null);
    }

    private static String shortBody(FaultBench bench) throws Exception {
        UpstreamApi api = bench.api();
        bench.upstream()
                .reply(Reply.status(200)
                        .header("content-type", "application/json")
                        .contentLength(100_000)
                        .text(api.document("Hello"))
                        .close())
                .reply(Reply.status(200)
                        .header("content-type", "text/event-stream")
                        .contentLength(100_000)
                        .sse(api.begin(), api.text("Hello"))
                        .close());
        String whole = bench.refused(bench.whole(), 500, "api_error", null);
        return whole + "; stream: " + bench.broken(bench.stream().text(), "api_error");
    }

    private static String extraBytes(FaultBench bench) throws Exception {
        UpstreamApi api = bench.api();
        String json = api.document("Hello");
        // in one piece: what comes only when the next request is out is, in this protocol, its answer
        byte[] more = (json + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 5; i++) {
            bench.upstream()
                    .reply(Reply.status(200)
                            .header("content-type", "application/json")
                            .contentLength(json.length())
                            .bytes(more)
                            .end());
        }
        bench.upstream().alwaysReply(request -> api.whole("Hello"));
        String outcome = "";
        for (int i = 0; i < 10; i++) {
            outcome = bench.says(bench.whole(), "Hello");
        }
        return outcome + ", ten times";
    }
}
