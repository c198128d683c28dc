/**
 * Measures how reliable a proxy is, at real settings and as a process of its own, and prints each figure beside its bar.
 * What is asserted in tests is in the package {@code fault}; this takes minutes and depends on the machine.
 */
@NullMarked
package io.github.claudecodeproxy.testkit.bars;

import org.jspecify.annotations.NullMarked;
