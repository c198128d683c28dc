package io.github.claudecodeproxy.translate;

import org.jspecify.annotations.Nullable;

/**
 * How many tokens an answer may have, whatever the client asks for. Immutable.
 *
 * @param least raises smaller requests; null for none
 * @param most lowers larger requests; null leaves that to what is known of the model
 */
record OutputLimits(@Nullable Integer least, @Nullable Integer most) {

    int clamp(int wanted, @Nullable Integer modelCap) {
        int cap = least == null ? wanted : Math.max(least, wanted);
        cap = most == null ? cap : Math.min(most, cap);
        return modelCap == null ? cap : Math.min(modelCap, cap);
    }
}
