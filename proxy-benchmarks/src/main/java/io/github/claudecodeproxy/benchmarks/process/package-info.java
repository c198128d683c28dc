/**
 * The whole server under load, as a process of its own: what it costs in CPU, memory and time, beside programs that only
 * pass bytes on.
 */
@NullMarked
package io.github.claudecodeproxy.benchmarks.process;

import org.jspecify.annotations.NullMarked;
