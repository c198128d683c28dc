package io.github.claudecodeproxy.testkit;

/**
 * What an upstream says in one of OpenAI's two APIs, so that one test can have it said in both. Every string is the JSON
 * of one event, or of a whole answer; an answer costs 12 tokens in and 3 out.
 */
public enum UpstreamApi {
    /** Chat Completions. */
    CHAT("chat", "/chat/completions") {
        @Override
        public String begin() {
            return Chunks.role();
        }

        @Override
        public String text(String text) {
            return Chunks.text(text);
        }

        @Override
        public String call(int index, String id, String name) {
            return Chunks.call(index, id, name, "");
        }

        @Override
        public String arguments(int index, String fragment) {
            return Chunks.arguments(index, fragment);
        }

        @Override
        public String finish(String reason) {
            return Chunks.finish(reason);
        }

        @Override
        public String[] last() {
            return new String[] {"[DONE]"};
        }

        @Override
        public String[] answer(String text) {
            return Chunks.answer(text);
        }

        @Override
        public String document(String text) {
            return Chunks.completion(text);
        }

        @Override
        public String failedDocument(String message, String code) {
            return Chunks.error(message, code);
        }

        @Override
        public String failure(String message, String code) {
            return Chunks.error(message, code);
        }

        @Override
        public String error(String message, String code) {
            return Chunks.error(message, code);
        }
    },

    /** The Responses API. */
    RESPONSES("responses", "/responses") {
        @Override
        public String begin() {
            return ResponseEvents.created();
        }

        @Override
        public String text(String text) {
            return ResponseEvents.text(text);
        }

        @Override
        public String call(int index, String id, String name) {
            return ResponseEvents.call(index, id, name);
        }

        @Override
        public String arguments(int index, String fragment) {
            return ResponseEvents.arguments(index, fragment);
        }

        @Override
        public String finish(String reason) {
            return ResponseEvents.completed();
        }

        @Override
        public String[] last() {
            return new String[0];
        }

        @Override
        public String[] answer(String text) {
            return ResponseEvents.answer(text);
        }

        @Override
        public String document(String text) {
            return ResponseEvents.response(text);
        }

        @Override
        public String failedDocument(String message, String code) {
            return ResponseEvents.failedResponse(message, code);
        }

        @Override
        public String failure(String message, String code) {
            return ResponseEvents.failure(message, code);
        }

        @Override
        public String error(String message, String code) {
            return ResponseEvents.error(message, code);
        }
    };

    private final String setting;
    private final String path;

    UpstreamApi(String setting, String path) {
        this.setting = setting;
        this.path = path;
    }

    /** The value of the setting {@code UPSTREAM_API} that wants it. */
    public String setting() {
        return setting;
    }

    /** What its requests have behind the base URL. */
    public String path() {
        return path;
    }

    /** The event that opens an answer. */
    public abstract String begin();

    /** A piece of text. */
    public abstract String text(String text);

    /** The event that begins a tool call. */
    public abstract String call(int index, String id, String name);

    /** A piece of the arguments of a tool call. */
    public abstract String arguments(int index, String fragment);

    /** The event that says that the model has finished, and why, in the words of Chat Completions. */
    public abstract String finish(String reason);

    /** What says that no event follows: nothing where the last one does. */
    public abstract String[] last();

    /** The events of an answer that is one text. */
    public abstract String[] answer(String text);

    /** A whole answer that is one text. */
    public abstract String document(String text);

    /** A whole answer that reports an error though its status may be 200. */
    public abstract String failedDocument(String message, String code);

    /** The event that says, in the middle of an answer or instead of one, that the provider has given it up. */
    public abstract String failure(String message, String code);

    /** The data of an event that is named {@code error}. */
    public abstract String error(String message, String code);

    /** A stream that is one text. */
    public final Reply stream(String text) {
        return Reply.streaming().sse(answer(text)).sse(last()).end();
    }

    /** A whole answer that is one text, as a response. */
    public final Reply whole(String text) {
        return Reply.json(200, document(text));
    }
}
