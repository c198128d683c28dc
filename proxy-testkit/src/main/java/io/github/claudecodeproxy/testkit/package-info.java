/** The referee: what judges the proxy and shares no code with it. */
@NullMarked
package io.github.claudecodeproxy.testkit;

import org.jspecify.annotations.NullMarked;
