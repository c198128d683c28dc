package io.github.claudecodeproxy.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ReplyBuilder;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ResponseReader;
import io.github.claudecodeproxy.testkit.TestClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/** Rows 34 to 55: the stream that the upstream sends. */
final class StreamFaults {

    private static final int MEBIBYTE = 1 << 20;

    private StreamFaults() {}

    static List<Fault> all() {
        return List.of(
                new Fault(34, "closes after the headers", StreamFaults::nothing),
                new Fault(35, "RST in the middle of a text, of arguments", StreamFaults::reset),
                new Fault(36, "EOF without a finish_reason", StreamFaults::unfinished),
                new Fault(37, "finish_reason, no [DONE]", StreamFaults::withoutDone),
                new Fault(38, "[DONE] first, or only", StreamFaults::onlyDone),
                new Fault(39, "events after [DONE] or after finish_reason", StreamFaults::late),
                new Fault(40, "data: {\"error\"} first, or in the middle", StreamFaults::errorData),
                new Fault(41, "event: error", StreamFaults::errorEvent),
                new Fault(42, "silence for 301 s in the middle", StreamFaults::silence),
                new Fault(43, "bytes come one by one, slowly", StreamFaults::drip),
                new Fault(44, "split at every byte", StreamFaults::split),
                new Fault(45, "500 events at once", StreamFaults::burst),
                new Fault(46, "CR, LF, CRLF, comments, multi-line data, BOM, id, retry", StreamFaults::lineForms),
                new Fault(47, "invalid JSON in one event", StreamFaults::notJson),
                new Fault(48, "invalid UTF-8, lone surrogates", StreamFaults::badText),
                new Fault(49, "a line of 20 MB, endless comments", StreamFaults::endlessLine),
                new Fault(50, "bad chunk size, missing last chunk", StreamFaults::badChunks),
                new Fault(51, "choices: [], delta: null, unknown fields, content: null", StreamFaults::emptyPieces),
                new Fault(52, "tool index jumps, id repeated, name late, arguments as object", StreamFaults::oddTools),
                new Fault(53, "tool arguments that are never JSON", StreamFaults::badArguments),
                new Fault(54, "endless stream to a fast client", StreamFaults::flood),
                new Fault(55, "finishes but keeps the socket open", StreamFaults::lingering));
    }

    private static String whole(FaultBench bench, ReplyBuilder reply) throws Exception {
        bench.upstream().reply(reply.end());
        return bench.says(bench.stream(), "Hello");
    }

    private static String nothing(FaultBench bench) throws Exception {
        bench.upstream().reply(Reply.streaming().end()).reply(Reply.streaming().close());
        bench.refused(bench.stream(), 500, "api_error", null);
        return bench.refused(bench.stream(), 500, "api_error", null);
    }

    private static String reset(FaultBench bench) throws Exception {
        String text = bench.broken(
                onceSeen(
                        bench,
                        seen -> Reply.streaming()
                                .sse(Chunks.role(), Chunks.text("Hel"))
                                .pause(seen)
                                .cut()),
                "api_error");
        String tool = onceSeen(
                bench,
                seen -> Reply.streaming()
                        .sse(Chunks.call(0, "call_1", "write", ""), Chunks.arguments(0, "{\"content\":\"Hel"))
                        .pause(seen)
                        .cut());
        assertThat(tool).doesNotContain("content_block_stop");
        bench.broken(tool, "api_error");
        return text + ", no block completed";
    }

    /** The fault waits until the client has what came before it, which the fault may overtake otherwise. */
    private static String onceSeen(FaultBench bench, Function<CountDownLatch, Reply> reply) throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        bench.upstream().reply(reply.apply(seen));
        try (TestClient client = bench.connect()) {
            bench.send(client, FaultBench.STREAM);
            ResponseReader stream = client.response();
            String before = stream.readUntil("Hel");
            seen.countDown();
            return before + stream.readToEnd();
        }
    }

    private static String unfinished(FaultBench bench) throws Exception {
        bench.upstream()
                .reply(Reply.streaming().sse(Chunks.role(), Chunks.text("Hel")).end());
        return bench.broken(bench.stream().text(), "api_error");
    }

    private static String withoutDone(FaultBench bench) throws Exception {
        return whole(bench, Reply.streaming().sse(Chunks.answer("Hello")));
    }

    private static String onlyDone(FaultBench bench) throws Exception {
        bench.upstream()
                .reply(Reply.streaming().done().end())
                .reply(Reply.streaming().done().sse(Chunks.answer("Hello")).end());
        bench.refused(bench.stream(), 500, "api_error", null);
        return bench.refused(bench.stream(), 500, "api_error", null);
    }

    private static String late(FaultBench bench) throws Exception {
        bench.upstream()
                .reply(Reply.streaming()
                        .sse(Chunks.role(), Chunks.text("Hello"), Chunks.finish("stop"))
                        .sse(Chunks.usage(12, 3))
                        .done()
                        .sse(Chunks.text("ignored"))
                        .end());
        Response response = bench.stream();
        bench.says(response, "Hello");
        assertThat(bench.message(response).at("/usage/output_tokens").asInt()).isEqualTo(3);
        return "late usage used, the rest ignored";
    }

    private static String errorData(FaultBench bench) throws Exception {
        String error = "{\"error\":{\"message\":\"slow down\",\"code\":429}}";
        bench.upstream()
                .reply(Reply.streaming().sse(error).end())
                .reply(Reply.streaming()
                        .sse(Chunks.role(), Chunks.text("Hel"))
                        .sse(error)
                        .end());
        String first = bench.refused(bench.stream(), 429, "rate_limit_error", null);
        return first + "; in the middle " + bench.broken(bench.stream().text(), "rate_limit_error");
    }

    private static String errorEvent(FaultBench bench) throws Exception {
        String error = Chunks.error("it broke", "server_error");
        bench.upstream()
                .reply(Reply.streaming().event("error", error).end())
                .reply(Reply.streaming()
                        .sse(Chunks.role(), Chunks.text("Hel"))
                        .event("error", error)
                        .end());
        String first = bench.refused(bench.stream(), 500, "api_error", null);
        return first + "; in the middle " + bench.broken(bench.stream().text(), "api_error");
    }

    private static String silence(FaultBench bench) throws Exception {
        bench.setup(ProxySetup.defaults().with("REQUEST_TIMEOUT", "300").withSpeed(100));
        bench.upstream()
                .reply(Reply.streaming().sse(Chunks.role(), Chunks.text("Hel")).stall());
        String stream = bench.stream().text();
        String outcome = bench.broken(stream, "timeout_error");
        assertThat(stream.split("event: ping", -1)).hasSizeGreaterThan(5);
        bench.letGo();
        return outcome + " behind pings";
    }

    private static String drip(FaultBench bench) throws Exception {
        return whole(
                bench,
                Reply.streaming()
                        .split(1)
                        .sse(Chunks.role())
                        .pause(Duration.ofMillis(300))
                        .text("data: ")
                        .pause(Duration.ofMillis(300))
                        .text(Chunks.text("Hello"))
                        .pause(Duration.ofMillis(300))
                        .text("\n")
                        .pause(Duration.ofMillis(300))
                        .text("\n")
                        .sse(Chunks.finish("stop"))
                        .done());
    }

    private static String split(FaultBench bench) throws Exception {
        String text = "Grüße, 世界 🌍";
        String events = "data: " + String.join("\r\n\r\ndata: ", Chunks.answer(text)) + "\r\n\r\ndata: [DONE]\r\n\r\n";
        byte[] bytes = events.getBytes(StandardCharsets.UTF_8);
        ObjectNode whole = null;
        for (int size : new int[] {bytes.length, 1, 2, 3, 5, 7, 11, 64}) {
            bench.upstream().reply(Reply.streaming().split(size).bytes(bytes).end());
            ObjectNode message = bench.message(bench.stream()).without("id");
            assertThat(message.at("/content/0/text").asText()).isEqualTo(text);
            assertThat(whole == null ? message : whole).isEqualTo(message);
            whole = message;
        }
        return "the same message from pieces of 1 to " + bytes.length + " bytes";
    }

    private static String burst(FaultBench bench) throws Exception {
        StringBuilder events = new StringBuilder("data: " + Chunks.role() + "\n\n");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            events.append("data: ").append(Chunks.text(i + " ")).append("\n\n");
            text.append(i).append(' ');
        }
        events.append("data: ").append(Chunks.finish("stop")).append("\n\ndata: [DONE]\n\n");
        bench.upstream().reply(Reply.sseFile(events.toString().getBytes(StandardCharsets.UTF_8)));
        Response response = bench.stream();
        bench.says(response, text.toString());
        int deltas = response.text().split("event: content_block_delta", -1).length - 1;
        assertThat(deltas).isEqualTo(500);
        return deltas + " deltas, in order";
    }

    private static String lineForms(FaultBench bench) throws Exception {
        String[] data = Chunks.answer("Hello");
        String inTwoLines = data[1].replaceFirst(",", ",\ndata:");
        String events = "\uFEFF: a comment\n\nid: 7\nretry: 10\ndata:" + data[0] + "\n\ndata: " + inTwoLines
                + "\n\n: another\n" + "data: " + data[2] + "\n\ndata: [DONE]\n\n";
        String outcome = "";
        for (String end : List.of("\n", "\r\n", "\r")) {
            bench.upstream().reply(Reply.sseFile(events.replace("\n", end).getBytes(StandardCharsets.UTF_8)));
            outcome = bench.says(bench.stream(), "Hello");
        }
        return outcome;
    }

    private static String notJson(FaultBench bench) throws Exception {
        bench.upstream()
                .reply(Reply.streaming()
                        .sse(Chunks.role(), Chunks.text("Hel"), "{\"choices\":[{\"delta\":", Chunks.text("lo"))
                        .sse(Chunks.finish("stop"))
                        .done()
                        .end());
        return bench.broken(bench.stream().text(), "api_error");
    }

    private static String badText(FaultBench bench) throws Exception {
        bench.upstream()
                .reply(Reply.streaming()
                        .sse(Chunks.role())
                        .sse(Chunks.text("X").replace("\"X\"", "\"\\ud83d\""))
                        .sse(Chunks.text("X").replace("\"X\"", "\"\\ude00 Hi \\ud83d\""))
                        .sse(Chunks.text("X").replace("\"X\"", "\"!\""))
                        .sse(Chunks.finish("stop"))
                        .done()
                        .end());
        String joined = bench.message(bench.stream()).at("/content/0/text").asText();
        assertThat(joined).isEqualTo("\uD83D\uDE00 Hi \uFFFD!");
        String[] around = Chunks.text("#").split("#");
        bench.upstream()
                .reply(Reply.streaming()
                        .sse(Chunks.role())
                        .text("data: " + around[0])
                        .bytes(new byte[] {(byte) 0xC3, (byte) 0x28})
                        .text(around[1] + "\n\n")
                        .sse(Chunks.finish("stop"))
                        .done()
                        .end());
        Response response = bench.stream();
        String outcome = response.text().contains("event: error")
                ? bench.broken(response.text(), "api_error")
                : bench.message(response).at("/content/0/text").asText();
        return "halves joined, a lone one replaced; invalid bytes: " + outcome;
    }

    private static String endlessLine(FaultBench bench) throws Exception {
        ReplyBuilder line =
                Reply.streaming().sse(Chunks.role(), Chunks.text("Hel")).text("data: ");
        byte[] part = "x".repeat(MEBIBYTE).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 20; i++) {
            line.bytes(part);
        }
        bench.upstream().reply(line.stall());
        String outcome = bench.broken(bench.stream().text(), "api_error");
        bench.letGo();
        // at this speed the ten minutes without an event are over in six seconds
        bench.setup(ProxySetup.defaults().with("REQUEST_TIMEOUT", "300").withSpeed(100));
        ReplyBuilder comments = Reply.streaming().sse(Chunks.role(), Chunks.text("Hel"));
        for (int i = 0; i < 400; i++) {
            comments.text(": still here\n\n").pause(Duration.ofMillis(50));
        }
        bench.upstream().reply(comments.stall());
        String commented = bench.broken(bench.stream().text(), "timeout_error");
        bench.letGo();
        return outcome + "; comments for 600 s: " + commented;
    }

    private static String badChunks(FaultBench bench) throws Exception {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
        String event = "data: " + Chunks.text("Hel") + "\n\n";
        String chunk = Integer.toHexString(event.length()) + "\r\n" + event + "\r\n";
        for (String bad : List.of("zz\r\n" + event, "-5\r\n" + event, "5\r\ntoo long\r\n", "")) {
            String stream = onceSeen(
                    bench,
                    seen -> Reply.headless()
                            .text(head + chunk)
                            .pause(seen)
                            .text(bad)
                            .close());
            bench.broken(stream, "api_error");
        }
        return "event: error api_error";
    }

    private static String emptyPieces(FaultBench bench) throws Exception {
        return whole(
                bench,
                Reply.streaming()
                        .sse("{\"choices\":[]}", "{\"choices\":[{\"index\":0,\"delta\":null}]}")
                        .sse("{\"choices\":[{\"index\":0,\"delta\":{\"content\":null,\"new\":{\"a\":[1]}}}],\"x\":1}")
                        .sse(Chunks.answer("Hello"))
                        .done());
    }

    private static String oddTools(FaultBench bench) throws Exception {
        bench.upstream()
                .reply(Reply.streaming()
                        .sse(Chunks.role())
                        .sse(tool("{\"index\":3,\"id\":\"call_1\",\"function\":{\"arguments\":\"\"}}"))
                        .sse(
                                tool(
                                        "{\"index\":3,\"id\":\"call_1\",\"function\":{\"name\":\"late\",\"arguments\":\"{}\"}}"))
                        .sse(
                                tool(
                                        "{\"index\":7,\"id\":\"call_1\",\"function\":{\"name\":\"twin\",\"arguments\":\"{}\"}}"))
                        .sse(tool("{\"index\":8,\"function\":{\"name\":\"object\",\"arguments\":{\"a\":1}}}"))
                        .sse(Chunks.finish("tool_calls"))
                        .done()
                        .end());
        ObjectNode message = bench.message(bench.stream());
        assertThat(message.at("/content").findValuesAsText("name")).containsExactly("late", "twin", "object");
        assertThat(message.at("/content").findValuesAsText("id"))
                .doesNotHaveDuplicates()
                .hasSize(3);
        assertThat(message.at("/content/2/input/a").asInt()).isEqualTo(1);
        return "three valid blocks with ids of their own";
    }

    private static String tool(String call) {
        return "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[" + call + "]},\"finish_reason\":null}]}";
    }

    private static String badArguments(FaultBench bench) throws Exception {
        bench.upstream()
                .reply(Reply.streaming()
                        .sse(Chunks.role(), Chunks.call(0, "call_1", "write", "{\"path\": no json"))
                        .sse(Chunks.finish("tool_calls"))
                        .done()
                        .end());
        Response response = bench.stream();
        assertThat(response.text()).contains("message_stop", "no json").doesNotContain("event: error");
        return "block closed as sent, message_stop";
    }

    private static String flood(FaultBench bench) throws Exception {
        int times = 150;
        byte[] event = ("data: " + Chunks.text("x".repeat(MEBIBYTE)) + "\n\n").getBytes(StandardCharsets.UTF_8);
        ReplyBuilder reply = Reply.streaming().sse(Chunks.role());
        bench.upstream()
                .reply(reply.repeat(event, times)
                        .sse(Chunks.finish("stop"))
                        .done()
                        .end());
        long before = heap();
        long received = 0;
        long most = 0;
        try (TestClient client = bench.connect()) {
            bench.send(client, FaultBench.STREAM);
            String end = "";
            ResponseReader stream = client.response();
            for (String some = stream.next(); !some.isEmpty(); some = stream.next()) {
                boolean crossed = received / (50L * MEBIBYTE) != (received + some.length()) / (50L * MEBIBYTE);
                received += some.length();
                if (crossed) {
                    most = Math.max(most, heap() - before);
                }
                end = (end + some).substring(Math.max(0, end.length() + some.length() - 200));
            }
            assertThat(end).contains("message_stop");
        }
        assertThat(received).isGreaterThan((long) times * MEBIBYTE);
        // one event is in memory some times over; all of them would be 150 MB
        assertThat(most).isLessThan(60L * MEBIBYTE);
        return received / MEBIBYTE + " MB passed, heap grew by " + Math.max(0, most) / MEBIBYTE + " MB at most";
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static String lingering(FaultBench bench) throws Exception {
        bench.upstream()
                .reply(Reply.streaming().sse(Chunks.answer("Hello")).done().stall())
                .reply(Reply.streaming().sse(Chunks.answer("Hello")).stall());
        bench.says(bench.stream(), "Hello");
        bench.letGo();
        String outcome = bench.says(bench.stream(), "Hello");
        bench.letGo();
        return outcome + ", socket released";
    }
}
