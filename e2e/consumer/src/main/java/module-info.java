/** An application that depends on what is published. */
module consumer {
    requires io.github.claudecodeproxy.core;
}
