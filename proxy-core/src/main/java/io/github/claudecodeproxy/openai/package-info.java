/** What OpenAI-compatible servers expect and send: the wire records of Chat Completions. Imports nothing of ours. */
@NullMarked
package io.github.claudecodeproxy.openai;

import org.jspecify.annotations.NullMarked;
