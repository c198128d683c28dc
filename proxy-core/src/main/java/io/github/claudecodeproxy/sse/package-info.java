/** Bytes to server-sent events and back. Imports nothing of ours. */
@NullMarked
package io.github.claudecodeproxy.sse;

import org.jspecify.annotations.NullMarked;
