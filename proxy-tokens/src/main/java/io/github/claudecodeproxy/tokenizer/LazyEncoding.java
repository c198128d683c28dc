package io.github.claudecodeproxy.tokenizer;

import com.knuddels.jtokkit.api.Encoding;
import io.github.claudecodeproxy.tokens.Tokenizer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An encoding that is made when it is first needed. Thread-safe. */
final class LazyEncoding implements Tokenizer {

    private final Supplier<Encoding> maker;
    private volatile @Nullable Encoding made;

    LazyEncoding(Supplier<Encoding> maker) {
        this.maker = maker;
    }

    @Override
    public long count(String text) {
        return encoding().countTokensOrdinary(text);
    }

    private Encoding encoding() {
        Encoding encoding = made;
        if (encoding == null) {
            synchronized (this) {
                encoding = made;
                if (encoding == null) {
                    encoding = maker.get();
                    made = encoding;
                }
            }
        }
        return encoding;
    }
}
