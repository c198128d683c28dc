/** What the engine costs for each step of a call. Every benchmark is a class with the steps that it measures. */
@NullMarked
package io.github.claudecodeproxy.benchmarks;

import org.jspecify.annotations.NullMarked;
