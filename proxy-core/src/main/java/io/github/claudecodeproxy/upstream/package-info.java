/** Calling an upstream server. Imports nothing of ours. */
@NullMarked
package io.github.claudecodeproxy.upstream;

import org.jspecify.annotations.NullMarked;
