/** The threads that the engine and its client start for themselves. Imports nothing of ours. */
@NullMarked
package io.github.claudecodeproxy.threads;

import org.jspecify.annotations.NullMarked;
