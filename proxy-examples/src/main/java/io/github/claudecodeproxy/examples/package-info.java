/** How to embed the engine: one class per use. */
@NullMarked
package io.github.claudecodeproxy.examples;

import org.jspecify.annotations.NullMarked;
