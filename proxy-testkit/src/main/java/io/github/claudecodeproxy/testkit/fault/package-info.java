/**
 * The faults that a proxy must live through, each with its number and its right outcome, over real sockets. An adapter
 * runs all of them with one {@link io.github.claudecodeproxy.testkit.fault.ProxyTarget}.
 */
@NullMarked
package io.github.claudecodeproxy.testkit.fault;

import org.jspecify.annotations.NullMarked;
