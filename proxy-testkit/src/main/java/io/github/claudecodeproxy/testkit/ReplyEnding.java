package io.github.claudecodeproxy.testkit;

/** How a {@link Reply} ends. */
enum ReplyEnding {
    /** As its framing says; the connection stays for the next request where it can. */
    COMPLETE,
    /** FIN, wherever the body stands. */
    CLOSE,
    /** RST. */
    CUT,
    /** Silence until the peer leaves. */
    STALL
}
