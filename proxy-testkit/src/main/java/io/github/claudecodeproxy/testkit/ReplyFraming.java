package io.github.claudecodeproxy.testkit;

/** How the end of a reply's body is told. */
enum ReplyFraming {
    CHUNKED,
    CONTENT_LENGTH,
    UNTIL_CLOSE
}
