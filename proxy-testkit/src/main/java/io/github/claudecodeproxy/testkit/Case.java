package io.github.claudecodeproxy.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the cases of {@code cases.json} that a test shows. Most cases are trips; this is for those that need a socket or a
 * route. It is read in the text of the sources.
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.SOURCE)
public @interface Case {

    /** The ids. */
    String[] value();
}
