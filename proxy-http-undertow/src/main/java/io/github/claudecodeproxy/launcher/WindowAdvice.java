package io.github.claudecodeproxy.launcher;

import io.github.claudecodeproxy.http.ModelWindow;

/** Whether Claude Code fits into the window of a model on a server of one's own, and what to do where it does not. */
final class WindowAdvice {

    /** Its first request has 11,000 to 17,000 tokens before anybody has said much. */
    private static final int LEAST = 24_000;

    private static final int ENOUGH = 64_000;

    private WindowAdvice() {}

    /** Whether a model is of no use for Claude Code. */
    static boolean tooSmall(ModelWindow window) {
        Integer tokens = window.tokens();
        return tokens != null && tokens < LEAST;
    }

    /** One line about a model. */
    static String line(ModelWindow window) {
        String model = window.model().toString();
        Integer tokens = window.tokens();
        if (tokens == null) {
            return "Window of " + model + ": the server does not say it. Claude Code needs " + ENOUGH
                    + " tokens to work well: " + remedy(window);
        }
        if (tokens >= ENOUGH) {
            return "Window of " + model + ": " + tokens + " tokens.";
        }
        String judgement = tokens < LEAST
                ? " tokens, too small for Claude Code, whose first request takes most of that or more. "
                : " tokens, which is little: Claude Code will often have to shorten the conversation. ";
        return "Window of " + model + ": " + tokens + judgement + "What to do: " + remedy(window);
    }

    private static String remedy(ModelWindow window) {
        String model = window.model().model();
        return switch (window.source()) {
            case PS ->
                "start Ollama with OLLAMA_CONTEXT_LENGTH=" + ENOUGH
                        + ", or make a model with it: a file Modelfile with the"
                        + " lines \"FROM " + model + "\" and \"PARAMETER num_ctx " + ENOUGH
                        + "\", then \"ollama create " + model.replaceAll("[:/].*", "") + "-64k -f Modelfile\".";
            case PROPS -> "start llama-server with --ctx-size " + ENOUGH + "; with --parallel N, with N times that.";
            case MODELS ->
                "start the server with a longer window, vLLM with --max-model-len " + ENOUGH
                        + ", as far as the model and" + " the memory allow.";
        };
    }
}
