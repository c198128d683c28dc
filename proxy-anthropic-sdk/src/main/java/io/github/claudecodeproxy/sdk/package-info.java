/** The proxy inside an application that uses Anthropic's Java library: no server, no socket on this side. */
@NullMarked
package io.github.claudecodeproxy.sdk;

import org.jspecify.annotations.NullMarked;
