package io.github.claudecodeproxy.claude;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One turn of a conversation in a request. Immutable.
 *
 * @param role {@code user}, {@code assistant}, or {@code system} in mid-conversation
 * @param content the blocks of the turn, possibly none; a string on the wire is one text block
 * @param outputConfig per-message output settings, for example the effort from here on
 * @param clearAt when a {@code system} turn stops to count: {@code never} or {@code next_user_message}
 */
@JsonInclude(NON_NULL)
public record InputMessage(
        String role,
        @JsonDeserialize(using = ContentDeserializer.class) List<ContentBlock> content,
        @JsonProperty("output_config") @Nullable JsonNode outputConfig,
        @JsonProperty("clear_at") @Nullable String clearAt) {

    public InputMessage {
        Wire.required(role, "role");
        content = Wire.copy(content, "content");
    }

    public InputMessage(String role, List<ContentBlock> content) {
        this(role, content, null, null);
    }
}
