/** A real browser, where one is installed. */
@NullMarked
package io.github.claudecodeproxy.testkit.browser;

import org.jspecify.annotations.NullMarked;
