/** What Claude clients send and expect: the wire records of the Anthropic Messages API. Imports nothing of ours. */
@NullMarked
package io.github.claudecodeproxy.claude;

import org.jspecify.annotations.NullMarked;
