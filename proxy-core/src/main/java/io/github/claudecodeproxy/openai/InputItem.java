package io.github.claudecodeproxy.openai;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.jspecify.annotations.Nullable;

/**
 * One item of the conversation in a request to the Responses API; the components that its type has are set. Immutable.
 *
 * @param type {@code message}, {@code reasoning}, {@code function_call} or {@code function_call_output}
 * @param role who speaks, in a message
 * @param phase what the provider said of a message of the model: {@code commentary} or {@code final_answer}
 * @param content what is said in a message
 * @param callId names the call, in a call and in its output
 * @param name the function that is called
 * @param arguments JSON text of the arguments of a call
 * @param output what a call gave
 * @param summary of reasoning; always there in such an item, possibly empty
 * @param encryptedContent the reasoning itself, as the provider gave it
 */
@JsonInclude(NON_NULL)
public record InputItem(
        String type,
        @Nullable String role,
        @Nullable String phase,
        @Nullable InputContent content,
        @JsonProperty("call_id") @Nullable String callId,
        @Nullable String name,
        @Nullable String arguments,
        @Nullable InputContent output,
        @Nullable JsonNode summary,
        @JsonProperty("encrypted_content") @Nullable String encryptedContent) {

    /** Words of anybody. */
    public static InputItem message(String role, InputContent content) {
        return new InputItem("message", role, null, content, null, null, null, null, null, null);
    }

    /** Earlier words of the model, with what the provider said of them; null for nothing. */
    public static InputItem answer(InputContent content, @Nullable String phase) {
        return new InputItem("message", "assistant", phase, content, null, null, null, null, null, null);
    }

    /** Reasoning that the provider has encrypted. */
    public static InputItem reasoning(String encryptedContent) {
        return new InputItem(
                "reasoning",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                JsonNodeFactory.instance.arrayNode(),
                encryptedContent);
    }

    /** A call of the model. */
    public static InputItem call(String callId, String name, String arguments) {
        return new InputItem("function_call", null, null, null, callId, name, arguments, null, null, null);
    }

    /** What a call gave. */
    public static InputItem output(String callId, InputContent output) {
        return new InputItem("function_call_output", null, null, null, callId, null, null, output, null, null);
    }
}
