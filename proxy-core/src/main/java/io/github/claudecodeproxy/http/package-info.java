/** The proxy without a server: routes, limits, timers and errors over an {@code Exchange} that an adapter supplies. Imports everything of ours but {@code openai}. */
@NullMarked
package io.github.claudecodeproxy.http;

import org.jspecify.annotations.NullMarked;
