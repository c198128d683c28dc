/**
 * How many tokens a prompt has: quickly estimated, or counted by a tokenizer that is brought along. Imports only the
 * wire records and what is known of models.
 */
@NullMarked
package io.github.claudecodeproxy.tokens;

import org.jspecify.annotations.NullMarked;
