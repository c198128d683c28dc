package io.github.claudecodeproxy.provider;

/** What decides which model serves a request. Used by one thread, while the request is mapped. */
public interface ModelRequest {

    /** The model as the client named it, without the mark of a long context. */
    String model();

    /** Whether the client asks for thinking. */
    boolean thinking();

    /** Whether there is an image anywhere in the conversation. */
    boolean images();

    /** Whether a sub-agent of Claude Code asks. */
    boolean subAgent();

    /** An estimate of the prompt's tokens, made when first asked for. */
    long promptTokens();

    /** A request of which only the model's name is known. */
    static ModelRequest named(String model) {
        return new ModelRequest() {
            @Override
            public String model() {
                return model;
            }

            @Override
            public boolean thinking() {
                return false;
            }

            @Override
            public boolean images() {
                return false;
            }

            @Override
            public boolean subAgent() {
                return false;
            }

            @Override
            public long promptTokens() {
                return 0;
            }
        };
    }
}
