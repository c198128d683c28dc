package io.github.claudecodeproxy.provider;

import java.util.Collection;
import java.util.Locale;

/**
 * Where a call goes. Immutable.
 *
 * @param upstream the name of the upstream, as the settings have it
 * @param model the upstream's name of the model, or of the deployment
 */
public record ModelTarget(String upstream, String model) {

    /** The name of the upstream that there always is. */
    public static final String MAIN = "main";

    /** A model of the main upstream. */
    public ModelTarget(String model) {
        this(MAIN, model);
    }

    /**
     * The target that a text names: {@code upstream/model} where the first part is the name of an upstream, in any case,
     * and else a model of the main upstream.
     *
     * @param text what somebody wrote
     * @param upstreams the names of the upstreams, in lower case
     */
    public static ModelTarget parse(String text, Collection<String> upstreams) {
        int slash = text.indexOf('/');
        String upstream = slash < 0 ? "" : text.substring(0, slash).toLowerCase(Locale.ROOT);
        return upstreams.contains(upstream) && slash + 1 < text.length()
                ? new ModelTarget(upstream, text.substring(slash + 1))
                : new ModelTarget(text);
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return upstream.equals(MAIN) ? model : upstream + "/" + model;
    }
}
