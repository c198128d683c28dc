/** The engine: pure translation, without input or output, clock or thread. Imports {@code claude}, {@code openai} and {@code provider}. */
@NullMarked
package io.github.claudecodeproxy.translate;

import org.jspecify.annotations.NullMarked;
