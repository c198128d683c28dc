package io.github.claudecodeproxy.translate;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The ids of one conversation's tool calls. Clients need ids that are legal in their API and unique in the whole
 * conversation; providers want back the id that they gave, and some give {@code functions.Bash:0}, or {@code call_0} in
 * every turn. An id that will not do is wrapped: a prefix, a number that makes it unique, and the provider's id in
 * base64. Any instance can unwrap it. Used by one thread at a time.
 */
final class ToolIds {

    private static final String WRAPPED = "toolu_w";
    private static final Pattern ALPHANUMERIC = Pattern.compile("[a-zA-Z0-9]+");
    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

    private final int longestUpstream;
    private final @Nullable Integer exactUpstream;
    private final Set<String> known;

    /**
     * For a conversation without calls yet.
     *
     * @param longestUpstream how long an id may be that goes to the upstream; null for any length
     * @param exactUpstream how many letters and digits it must have; null for any
     */
    ToolIds(@Nullable Integer longestUpstream, @Nullable Integer exactUpstream) {
        this.exactUpstream = exactUpstream;
        this.longestUpstream = longestUpstream == null ? Integer.MAX_VALUE : longestUpstream;
        this.known = new HashSet<>();
    }

    /** For one attempt at an answer, which must not take ids away from the next attempt. */
    ToolIds(ToolIds conversation) {
        longestUpstream = conversation.longestUpstream;
        exactUpstream = conversation.exactUpstream;
        known = new HashSet<>(conversation.known);
    }

    /**
     * The id for the upstream of a call that the client names so. Remembers it as taken.
     *
     * @param taken the ids of the calls before it in the same message; two calls must not share one
     */
    String upstream(String clientId, Set<String> taken) {
        known.add(clientId);
        String id = unwrap(clientId);
        String wanted = fits(id) ? id : hashed(id);
        for (int number = 1; !taken.add(wanted); number++) {
            wanted = hashed(id + "#" + number);
        }
        return wanted;
    }

    private boolean fits(String id) {
        return exactUpstream == null
                ? id.length() <= longestUpstream
                : id.length() == exactUpstream && ALPHANUMERIC.matcher(id).matches();
    }

    private String hashed(String id) {
        String digits = Sha256.hex(id);
        return exactUpstream == null ? "call_" + digits.substring(0, 32) : digits.substring(0, exactUpstream);
    }

    /** The id for the client of a call that the upstream names so, or does not name. */
    String client(@Nullable String upstreamId) {
        String id = upstreamId == null || upstreamId.isEmpty() ? generated() : upstreamId;
        String wanted = LEGAL.matcher(id).matches() && !id.startsWith(WRAPPED) ? id : wrap(id, 0);
        for (int number = 1; !known.add(wanted); number++) {
            wanted = wrap(id, number);
        }
        return wanted;
    }

    private static String generated() {
        return "toolu_" + UUID.randomUUID().toString().replace("-", "").substring(0, 24);
    }

    private static String wrap(String id, int number) {
        return WRAPPED + number + "_"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(id.getBytes(StandardCharsets.UTF_8));
    }

    private static String unwrap(String clientId) {
        int end = clientId.indexOf('_', WRAPPED.length());
        if (!clientId.startsWith(WRAPPED) || end < 0) {
            return clientId;
        }
        try {
            return new String(Base64.getUrlDecoder().decode(clientId.substring(end + 1)), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notOurs) {
            return clientId;
        }
    }
}
