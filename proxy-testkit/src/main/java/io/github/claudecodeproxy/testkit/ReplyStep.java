package io.github.claudecodeproxy.testkit;

import java.io.IOException;

/** One step of a {@link Reply}. */
interface ReplyStep {

    void play(ReplyOutput out) throws IOException, InterruptedException;
}
