package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.provider.ModelTarget;
import io.github.claudecodeproxy.provider.ProviderProfile;
import org.jspecify.annotations.Nullable;

/**
 * How long a prompt of a model may be on a server that people start themselves. Immutable.
 *
 * @param model the model
 * @param tokens its window, of prompt and answer together, as the server was started; null when the server did not say
 * @param source how the server was asked
 */
public record ModelWindow(ModelTarget model, @Nullable Integer tokens, ProviderProfile.Window source) {}
