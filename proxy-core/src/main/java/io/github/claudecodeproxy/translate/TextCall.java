package io.github.claudecodeproxy.translate;

/**
 * A call that a model wrote into its text. Immutable.
 *
 * @param name the tool, by the upstream's name
 * @param arguments a JSON object
 */
record TextCall(String name, String arguments) {}
