package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.ClaudeJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An exchange in memory that records its answer and lets a test play the client. */
final class FakeExchange implements Exchange, ResponseChannel {

    private final String method;
    private final String path;
    private final @Nullable String query;
    private final Map<String, String> requestHeaders = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private byte[] requestBody = new byte[0];
    private @Nullable InetAddress peer = InetAddress.getLoopbackAddress();

    private @Nullable Runnable gone;
    private @Nullable Runnable writable;
    private boolean clientGone;

    private int answers;
    private int status;
    private Map<String, String> headers = Map.of();
    private byte[] body = new byte[0];
    private boolean bodyRead;
    private boolean bodyFails;

    private final List<String> writes = new ArrayList<>();
    private boolean takes = true;
    private boolean behind;
    private boolean ended;
    private boolean aborted;

    FakeExchange(String method, String target) {
        int mark = target.indexOf('?');
        this.method = method;
        this.path = mark < 0 ? target : target.substring(0, mark);
        this.query = mark < 0 ? null : target.substring(mark + 1);
    }

    FakeExchange from(@Nullable InetAddress address) {
        peer = address;
        return this;
    }

    static FakeExchange get(String target) {
        return new FakeExchange("GET", target);
    }

    static FakeExchange post(String target, String json) {
        return new FakeExchange("POST", target)
                .with("content-type", "application/json")
                .body(json.getBytes(StandardCharsets.UTF_8));
    }

    FakeExchange with(String name, String value) {
        requestHeaders.put(name, value);
        return this;
    }

    FakeExchange without(String name) {
        requestHeaders.remove(name);
        return this;
    }

    FakeExchange body(byte[] bytes) {
        requestBody = bytes;
        return this;
    }

    /** The announced body never comes. */
    void neverSend() {
        bodyFails = true;
    }

    // what the test sees

    int status() {
        assertThat(answers).as("answers").isEqualTo(1);
        return status;
    }

    boolean answered() {
        return answers > 0;
    }

    @Nullable
    String responseHeader(String name) {
        return headers.get(name);
    }

    Map<String, String> responseHeaders() {
        return headers;
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    JsonNode json() {
        try {
            return ClaudeJson.mapper().readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String errorType() {
        return json().path("error").path("type").asText();
    }

    String errorMessage() {
        return json().path("error").path("message").asText();
    }

    boolean bodyRead() {
        return bodyRead;
    }

    List<String> writes() {
        return writes;
    }

    /** The names of the events that were written so far, in order. */
    List<String> events() {
        return String.join("", writes)
                .lines()
                .filter(line -> line.startsWith("event: "))
                .map(line -> line.substring("event: ".length()))
                .toList();
    }

    String streamed() {
        return String.join("", writes);
    }

    boolean ended() {
        return ended;
    }

    boolean aborted() {
        return aborted;
    }

    // what the test does

    /** The client closes its connection. */
    void leave() {
        clientGone = true;
        if (gone != null) {
            gone.run();
        }
    }

    /** From now on, the client takes nothing at once. */
    void stall() {
        takes = false;
    }

    /** The client has taken all that was held. */
    void drain() {
        takes = true;
        if (behind && writable != null) {
            behind = false;
            writable.run();
        }
    }

    // what the engine sees

    @Override
    public String method() {
        return method;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public @Nullable String query() {
        return query;
    }

    @Override
    public @Nullable String header(String name) {
        return requestHeaders.get(name);
    }

    @Override
    public @Nullable InetAddress peer() {
        return peer;
    }

    @Override
    public void readBody(int limit, BodyReceiver receiver) {
        assertThat(bodyRead).as("the body was read before").isFalse();
        bodyRead = true;
        if (bodyFails) {
            receiver.failed();
        } else if (requestBody.length > limit || !receiver.accepts(requestBody.length)) {
            receiver.tooLarge();
        } else {
            receiver.body(requestBody);
        }
    }

    @Override
    public void onClientGone(Runnable callback) {
        gone = callback;
        if (clientGone) {
            callback.run();
        }
    }

    @Override
    public void respond(int status, Map<String, String> headers, byte[] body) {
        answer(status, headers);
        this.body = body;
    }

    @Override
    public ResponseChannel open(int status, Map<String, String> headers, Runnable writable) {
        answer(status, headers);
        this.writable = writable;
        return this;
    }

    private void answer(int status, Map<String, String> headers) {
        answers++;
        this.status = status;
        this.headers = headers;
        headers.keySet().forEach(name -> assertThat(name).isEqualTo(name.toLowerCase(Locale.ROOT)));
    }

    @Override
    public boolean write(ByteBuffer bytes) {
        assertThat(behind).as("written while behind").isFalse();
        assertThat(ended || aborted).as("written after the end").isFalse();
        writes.add(StandardCharsets.UTF_8.decode(bytes).toString());
        behind = !takes;
        return takes;
    }

    @Override
    public void end() {
        assertThat(ended || aborted).as("ended before").isFalse();
        ended = true;
    }

    @Override
    public void abort() {
        aborted = true;
    }
}
