package io.github.claudecodeproxy.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ReplyBuilder;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ResponseEvents;
import io.github.claudecodeproxy.testkit.ResponseReader;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.UpstreamApi;
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
        UpstreamApi api = bench.api();
        String text = bench.broken(
                onceSeen(
                        bench,
                        seen -> Reply.streaming()
                                .sse(api.begin(), api.text("Hel"))
                                .pause(seen)
                                .cut()),
                "api_error");
        String tool = onceSeen(
                bench,
                seen -> Reply.streaming()
                        .sse(api.call(0, "call_1", "write"), api.arguments(0, "{\"content\":\"Hel"))
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
        UpstreamApi api = bench.api();
        bench.upstream()
                .reply(Reply.streaming().sse(api.begin(), api.text("Hel")).end());
        return bench.broken(bench.stream().text(), "api_error");
    }

    private static String withoutDone(FaultBench bench) throws Exception {
        return whole(bench, Reply.streaming().sse(bench.api().answer("Hello")));
    }

    private static String onlyDone(FaultBench bench) throws Exception {
        bench.upstream()
                .reply(Reply.streaming().done().end())
                .reply(Reply.streaming().done().sse(bench.api().answer("Hello")).end());
        bench.refused(bench.stream(), 500, "api_error", null);
        return bench.refused(bench.stream(), 500, "api_error", null);
    }

    private static String late(FaultBench bench) throws Exception {
        UpstreamApi api = bench.api();
        bench.upstream()
                .reply(Reply.streaming()
                        .sse(api.answer("Hello"))
                        .sse(api.last())
                        .sse(api.text("ignored"))
                        .end());
        Response response = bench.stream();
        bench.says(response, "Hello");
        assertThat(bench.message(response).at("/usage/output_tokens").asInt()).isEqualTo(3);
        return "late usage used, the rest ignored";
    }

    private static String errorData(FaultBench bench) throws Exception {
        UpstreamApi api = bench.api();
        String outcome = "";
        for (String error : List.of(
                "{\"error\":{\"message\":\"slow down\",\"code\":429}}",
                api.failure("slow down", "rate_limit_exceeded"))) {
            // a rate limit that lasts would be kept without asking: each form has a product of its own
            bench.setup(ProxySetup.defaults().with("MAX_RETRIES", "0"));
            bench.upstream()
                    .reply(Reply.streaming().sse(error).end())
                    .reply(Reply.streaming()
                            .sse(api.begin(), api.text("Hel"))
                            .sse(error)
                            .end());
            String first = bench.refused(bench.stream(), 429, "rate_limit_error", null);
            outcome = first + "; in the middle " + bench.broken(bench.stream().text(), "rate_limit_error");
        }
        return outcome;
    }

    private static String errorEvent(FaultBench bench) throws Exception {
        UpstreamApi api = bench.api();
        String error = api.error("it broke", "server_error");
        bench.upstream()
                .reply(Reply.streaming().event("error", error).end())
                .reply(Reply.streaming()
                        .sse(api.begin(), api.text("Hel"))
                        .event("error", error)
                        .end());
        String first = bench.refused(bench.stream(), 500, "api_error", null);
        return first + "; in the middle " + bench.broken(bench.stream().text(), "api_error");
    }

    private static String silence(FaultBench bench) throws Exception {
        UpstreamApi api = bench.api();
        bench.setup(ProxySetup.defaults().with("REQUEST_TIMEOUT", "300").withSpeed(100));
        bench.upstream()
                .reply(Reply.streaming().sse(api.begin(), api.text("Hel")).stall());
        String stream = bench.stream().text();
        String outcome = bench.broken(stream, "timeout_error");
        assertThat(stream.split("event: ping", -1)).hasSizeGreaterThan(5);
        bench.letGo();
        return outcome + " behind pings";
    }

    private static String drip(FaultBench bench) throws Exception {
        UpstreamApi api = bench.api();
        return whole(
                bench,
                Reply.streaming()
                        .split(1)
                        .sse(api.begin())
                        .pause(Duration.ofMillis(300))
                        .text("data: ")
                        .pause(Duration.ofMillis(300))
                        .text(api.text("Hello"))
                        .pause(Duration.ofMillis(300))
                        .text("\n")
                        .pause(Duration.ofMillis(300))
                        .text("\n")
                        .sse(api.finish("stop"))
                        .sse(api.last()));
    }

    private static String split(FaultBench bench) throws Exception {
        String text = "Grüße, 世界 🌍";
        UpstreamApi api = bench.api();
        String events = ReplyBuilder.frames(api.answer(text)) + ReplyBuilder.frames(api.last());
        byte[] bytes = events.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
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
        UpstreamApi api = bench.api();
        StringBuilder events = new StringBuilder(ReplyBuilder.frames(api.begin()));
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            events.append(ReplyBuilder.frames(api.text(i + " ")));
            text.append(i).append(' ');
        }
        events.append(ReplyBuilder.frames(api.finish("stop"))).append(ReplyBuilder.frames(api.last()));
        bench.upstream().reply(Reply.sseFile(events.toString().getBytes(StandardCharsets.UTF_8)));
        Response response = bench.stream();
        bench.says(response, text.toString());
        int deltas = response.text().split("event: content_block_delta", -1).length - 1;
        assertThat(deltas).isEqualTo(500);
        return deltas + " deltas, in order";
    }

    private static String lineForms(FaultBench bench) throws Exception {
        UpstreamApi api = bench.api();
        String withoutBlank = ReplyBuilder.frames(api.begin()).replace(": ", ":");
        String inTwoLines = ReplyBuilder.frames(api.text("Hello")).replaceFirst(",", ",\ndata:");
        String events = "\uFEFF: a comment\n\nid: 7\nretry: 10\n" + withoutBlank + inTwoLines + ": another\n"
                + ReplyBuilder.frames(api.finish("stop")) + ReplyBuilder.frames(api.last());
        String outcome = "";
        for (String end : List.of("\n", "\r\n", "\r")) {
            bench.upstream().reply(Reply.sseFile(events.replace("\n", end).getBytes(StandardCharsets.UTF_8)));
            outcome = bench.says(bench.stream(), "Hello");
        }
        return outcome;
    }

    private static String notJson(FaultBench bench) throws Exception {
        UpstreamApi api = bench.api();
        String whole = api.text("l");
        String half = whole.substring(0, whole.length() / 2);
        bench.upstream()
                .reply(Reply.streaming()
                        .sse(api.begin(), api.text("Hel"))
                        .sse(half, api.text("lo"))
                        .sse(api.finish("stop"))
                        .sse(api.last())
                        .end());
        return bench.broken(bench.stream().text(), "api_error");
    }

    private static String badText(FaultBench bench) throws Exception {
        UpstreamApi api = bench.api();
        bench.upstream()
                .reply(Reply.streaming()
                        .sse(api.begin())
                        .sse(api.text("X").replace("\"X\"", "\"\\ud83d\""))
                        .sse(api.text("X").replace("\"X\"", "\"\\ude00 Hi \\ud83d\""))
                        .sse(api.text("X").replace("\"X\"", "\"!\""))
                        .sse(api.finish("stop"))
                        .sse(api.last())
                        .end());
        String joined = bench.message(bench.stream()).at("/content/0/text").asText();
        assertThat(joined).isEqualTo("\uD83D\uDE00 Hi \uFFFD!");
        String[] around = ReplyBuilder.frames(api.text("#")).split("#");
        bench.upstream()
                .reply(Reply.streaming()
                        .sse(api.begin())
                        .text(around[0])
                        .bytes(new byte[] {(byte) 0xC3, (byte) 0x28})
                        .text(around[1])
                        .sse(api.finish("stop"))
                        .sse(api.last())
                        .end());
        Response response = bench.stream();
        String outcome = response.text().contains("event: error")
                ? bench.broken(response.text(), "api_error")
                : bench.message(response).at("/content/0/text").asText();
        return "halves joined, a lone one replaced; invalid bytes: " + outcome;
    }

    private static String endlessLine(FaultBench bench) throws Exception {
        UpstreamApi api = bench.api();
        ReplyBuilder line = Reply.streaming().sse(api.begin(), api.text("Hel")).text("data: ");
        byte[] part = "x".repeat(MEBIBYTE).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 20; i++) {
            line.bytes(part);
        }
        bench.upstream().reply(line.stall());
        String outcome = bench.broken(bench.stream().text(), "api_error");
        bench.letGo();
        // at this speed the ten minutes without an event are over in six seconds
        bench.setup(ProxySetup.defaults().with("REQUEST_TIMEOUT", "300").withSpeed(100));
        ReplyBuilder comments = Reply.streaming().sse(api.begin(), api.text("Hel"));
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
        String event = ReplyBuilder.frames(bench.api().text("Hel"));
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
        UpstreamApi api = bench.api();
        String[] pieces = api == UpstreamApi.CHAT ? emptyChunks() : emptyEvents();
        return whole(
                bench, Reply.streaming().sse(pieces).sse(api.answer("Hello")).sse(api.last()));
    }

    private static String[] emptyChunks() {
        return new String[] {
            "{\"choices\":[]}",
            "{\"choices\":[{\"index\":0,\"delta\":null}]}",
            "{\"choices\":[{\"index\":0,\"delta\":{\"content\":null,\"new\":{\"a\":[1]}}}],\"x\":1}"
        };
    }

    private static String[] emptyEvents() {
        return new String[] {
            "{}",
            "{\"type\":null}",
            "{\"type\":\"response.of_the_future\",\"delta\":\"no text\",\"new\":{\"a\":[1]}}",
            "{\"type\":\"response.created\",\"response\":null}",
            "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":null}",
            "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\":null}",
            "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\":\"\"}",
            "{\"type\":\"response.function_call_arguments.delta\",\"output_index\":0,\"delta\":null,\"x\":1}"
        };
    }

    private static String oddTools(FaultBench bench) throws Exception {
        UpstreamApi api = bench.api();
        bench.upstream()
                .reply(Reply.streaming()
                        .sse(api.begin())
                        .sse(api == UpstreamApi.CHAT ? oddCalls() : oddItems())
                        .sse(api.finish("tool_calls"))
                        .sse(api.last())
                        .end());
        ObjectNode message = bench.message(bench.stream());
        assertThat(message.at("/content").findValuesAsText("name")).containsExactly("late", "twin", "object");
        assertThat(message.at("/content").findValuesAsText("id"))
                .doesNotHaveDuplicates()
                .hasSize(3);
        assertThat(message.at("/content/2/input/a").asInt()).isEqualTo(1);
        return "three valid blocks with ids of their own";
    }

    private static String[] oddCalls() {
        return new String[] {
            tool("{\"index\":3,\"id\":\"call_1\",\"function\":{\"arguments\":\"\"}}"),
            tool("{\"index\":3,\"id\":\"call_1\",\"function\":{\"name\":\"late\",\"arguments\":\"{}\"}}"),
            tool("{\"index\":7,\"id\":\"call_1\",\"function\":{\"name\":\"twin\",\"arguments\":\"{}\"}}"),
            tool("{\"index\":8,\"function\":{\"name\":\"object\",\"arguments\":{\"a\":1}}}")
        };
    }

    private static String[] oddItems() {
        return new String[] {
            item("added", 3, "{\"type\":\"function_call\",\"call_id\":\"call_1\"}"),
            ResponseEvents.arguments(3, "{}"),
            item(
                    "done",
                    3,
                    "{\"type\":\"function_call\",\"call_id\":\"call_1\",\"name\":\"late\",\"arguments\":\"{}\"}"),
            item(
                    "added",
                    7,
                    "{\"type\":\"function_call\",\"call_id\":\"call_1\",\"name\":\"twin\",\"arguments\":\"{}\"}"),
            item(
                    "done",
                    7,
                    "{\"type\":\"function_call\",\"call_id\":\"call_1\",\"name\":\"twin\",\"arguments\":\"{}\"}"),
            item("done", 8, "{\"type\":\"function_call\",\"name\":\"object\",\"arguments\":{\"a\":1}}")
        };
    }

    private static String item(String what, int index, String item) {
        return "{\"type\":\"response.output_item." + what + "\",\"output_index\":" + index + ",\"item\":" + item + "}";
    }

    private static String tool(String call) {
        return "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[" + call + "]},\"finish_reason\":null}]}";
    }

    private static String badArguments(FaultBench bench) throws Exception {
        UpstreamApi api = bench.api();
        bench.upstream()
                .reply(Reply.streaming()
                        .sse(api.begin(), api.call(0, "call_1", "write"), api.arguments(0, "{\"path\": no json"))
                        .sse(api.finish("tool_calls"))
                        .sse(api.last())
                        .end());
        Response response = bench.stream();
        assertThat(response.text()).contains("message_stop", "no json").doesNotContain("event: error");
        return "block closed as sent, message_stop";
    }

    private static String flood(FaultBench bench) throws Exception {
        UpstreamApi api = bench.api();
        int times = 150;
        byte[] event = ReplyBuilder.frames(api.text("x".repeat(MEBIBYTE))).getBytes(StandardCharsets.UTF_8);
        ReplyBuilder reply = Reply.streaming().sse(api.begin());
        bench.upstream()
                .reply(reply.repeat(event, times)
                        .sse(api.finish("stop"))
                        .sse(api.last())
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
        UpstreamApi api = bench.api();
        bench.upstream()
                .reply(Reply.streaming()
                        .sse(api.answer("Hello"))
                        .sse(api.last())
                        .stall())
                .reply(Reply.streaming().sse(api.answer("Hello")).stall());
        bench.says(bench.stream(), "Hello");
        bench.letGo();
        String outcome = bench.says(bench.stream(), "Hello");
        bench.letGo();
        return outcome + ", socket released";
    }
}
