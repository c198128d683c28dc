package io.github.claudecodeproxy.examples;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Runs the examples against answers that are made up, from the module path as well as from the class path. */
public final class RunExamples {

    private static final String REQUEST = """
            {"model": "claude-haiku-4-5", "max_tokens": 100, "stream": %s,
             "messages": [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}]}""";

    private RunExamples() {}

    /** Prints a message, then the events of a stream. */
    public static void main(String[] arguments) {
        run(new PrintStream(System.out, true, StandardCharsets.UTF_8));
    }

    static void run(PrintStream out) {
        byte[] message = new TranslateMessage().answer(bytes(REQUEST.formatted(false)), body -> bytes("""
                {"choices": [{"message": {"role": "assistant", "content": "Good day."}, "finish_reason": "stop"}],
                 "usage": {"prompt_tokens": 9, "completion_tokens": 3}}"""));
        out.println(new String(message, StandardCharsets.UTF_8));
        new TranslateStream()
                .answer(
                        bytes(REQUEST.formatted(true)),
                        body -> Stream.of(
                                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Good day.\"}}]}",
                                "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}",
                                "[DONE]"),
                        event -> out.println(event.type()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
