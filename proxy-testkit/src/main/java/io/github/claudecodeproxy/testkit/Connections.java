package io.github.claudecodeproxy.testkit;

/**
 * How many connections an upstream has seen.
 *
 * @param accepted all of them
 * @param open those that neither side has ended
 */
public record Connections(int accepted, int open) {}
