package io.github.claudecodeproxy.provider;

/**
 * Where a call goes. Immutable.
 *
 * @param model the provider's name of the model, or of the deployment
 */
public record ModelTarget(String model) {}
