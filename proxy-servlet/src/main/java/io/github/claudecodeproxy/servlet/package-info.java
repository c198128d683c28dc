/** The adapter from Servlet 6 containers to the proxy. Imports {@code http}, {@code upstream} and {@code provider} only. */
@NullMarked
package io.github.claudecodeproxy.servlet;

import org.jspecify.annotations.NullMarked;
