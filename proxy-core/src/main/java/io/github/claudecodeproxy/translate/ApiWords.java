package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.provider.ProviderProfile.Api;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The words of {@code apis.json}, in which servers say that a model has to be asked on the other API. Immutable.
 *
 * @param wordings the first that is found in a message wins
 */
record ApiWords(List<Wording> wordings) {

    private static final ApiWords BUILT_IN = DataFile.read("apis.json", ApiWords.class);

    ApiWords(@JsonProperty("wordings") List<Wording> wordings) {
        this.wordings = List.copyOf(wordings);
    }

    /**
     * One server's words.
     *
     * @param words a part of the message, without quotes
     * @param api where to ask instead
     */
    record Wording(
            @JsonProperty("words") String words,
            @JsonProperty("api") String api) {}

    static ApiWords builtIn() {
        return BUILT_IN;
    }

    /** What an error teaches about a model that was asked on an API; null when it is about something else. */
    @Nullable
    Lesson lesson(Api asked, UpstreamError error) {
        String message = RefusalWords.plain(error.message()).toLowerCase(Locale.ROOT);
        for (Wording wording : wordings) {
            if (message.contains(wording.words().toLowerCase(Locale.ROOT))) {
                Api api = Api.valueOf(wording.api().toUpperCase(Locale.ROOT));
                return api == asked ? null : lesson(api);
            }
        }
        return null;
    }

    /** That a model has to be asked on this API; on Chat Completions, there is no search of the host's. */
    static Lesson lesson(Api api) {
        ObjectNode profile = JsonNodeFactory.instance.objectNode();
        if (api == Api.CHAT) {
            profile.putObject("responses").put("web_search", false);
        }
        String name = api.name().toLowerCase(Locale.ROOT);
        return new Lesson("api", profile, JsonNodeFactory.instance.objectNode().put("api", name));
    }
}
