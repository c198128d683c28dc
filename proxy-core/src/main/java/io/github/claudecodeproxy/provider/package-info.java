/** How providers differ, as data. Imports nothing of ours. */
@NullMarked
package io.github.claudecodeproxy.provider;

import org.jspecify.annotations.NullMarked;
