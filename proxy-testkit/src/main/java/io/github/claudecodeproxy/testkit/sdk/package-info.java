/**
 * Anthropic's own Java library as the referee: suites for everything that it can be put in front of. Needs
 * {@code com.anthropic:anthropic-java-core}, which the testkit does not bring.
 */
@NullMarked
package io.github.claudecodeproxy.testkit.sdk;

import org.jspecify.annotations.NullMarked;
