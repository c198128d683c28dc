/** What every HTTP adapter must do alike: suites of tests over sockets, for a subclass per adapter that says how to start it. */
@NullMarked
package io.github.claudecodeproxy.testkit.contract;

import org.jspecify.annotations.NullMarked;
