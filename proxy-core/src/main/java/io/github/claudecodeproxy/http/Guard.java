package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what a piece of work throws into the answer, so that no exchange stays without one. */
final class Guard {

    /** What a client is told about a bug of ours. */
    static final ClaudeError INTERNAL = ClaudeError.of(
            ClaudeError.Type.API, "The proxy failed on this call; its log says more under the request id.");

    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

    private Guard() {}

    static void run(Reply reply, Runnable work) {
        try {
            work.run();
        } catch (ClaudeException e) {
            reply.error(e.error());
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("{} failed", reply.requestId(), e);
            reply.error(INTERNAL);
        }
    }
}
