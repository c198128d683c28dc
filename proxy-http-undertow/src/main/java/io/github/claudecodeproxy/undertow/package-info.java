/** The proxy on Undertow: an {@code Exchange} over an Undertow request. Imports the exported {@code http} only. */
@NullMarked
package io.github.claudecodeproxy.undertow;

import org.jspecify.annotations.NullMarked;
