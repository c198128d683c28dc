/**
 * The program that a person starts: options, configuration with the origin of each value, the start output, the check
 * and the demo. Imports the adapter and core's {@code http}, {@code upstream} and {@code provider}; nothing imports it.
 */
@NullMarked
package io.github.claudecodeproxy.launcher;

import org.jspecify.annotations.NullMarked;
