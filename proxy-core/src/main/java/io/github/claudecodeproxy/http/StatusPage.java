package io.github.claudecodeproxy.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The page for people: one file without data, which asks for its data with the key that is typed into it. */
final class StatusPage {

    private static final String FILE = "status.html";

    private final byte[] html;
    private final Map<String, String> headers;

    StatusPage() {
        html = read();
        String text = new String(html, UTF_8);
        // Nothing else than what is in the file runs in it, whatever a model's name looks like.
        String policy = "default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none';"
                + " frame-ancestors 'none'; script-src " + hash(between(text, "<script>", "</script>")) + "; style-src "
                + hash(between(text, "<style>", "</style>"));
        headers = Map.of(
                "content-security-policy", policy,
                "x-content-type-options", "nosniff",
                "referrer-policy", "no-referrer",
                "cache-control", "no-cache",
                "vary", "Accept");
    }

    /** Whether a client is a browser that shows a page. */
    static boolean wantedBy(@Nullable String accept) {
        return accept != null && accept.toLowerCase(Locale.ROOT).contains("text/html");
    }

    void answer(Reply reply) {
        reply.with(headers);
        reply.text("text/html; charset=utf-8", html);
    }

    private static byte[] read() {
        try (InputStream in = StatusPage.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is missing in this jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String between(String text, String begin, String end) {
        int from = text.indexOf(begin) + begin.length();
        return text.substring(from, text.indexOf(end, from));
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
