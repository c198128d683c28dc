package io.github.claudecodeproxy.claude;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Content is a list of blocks; a string is short for one text block. */
final class ContentDeserializer extends JsonDeserializer<List<ContentBlock>> implements ContextualDeserializer {

    private static final TypeReference<List<ContentBlock>> BLOCKS = new TypeReference<>() {};

    private final @Nullable JsonDeserializer<Object> blocks;

    ContentDeserializer() {
        this(null);
    }

    private ContentDeserializer(@Nullable JsonDeserializer<Object> blocks) {
        this.blocks = blocks;
    }

    @Override
    public JsonDeserializer<?> createContextual(DeserializationContext context, BeanProperty property)
            throws JsonMappingException {
        return new ContentDeserializer(
                context.findContextualValueDeserializer(context.getTypeFactory().constructType(BLOCKS), property));
    }

    @Override
    @SuppressWarnings("unchecked")
    public List<ContentBlock> deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        if (parser.hasToken(JsonToken.VALUE_STRING)) {
            return List.of(new ContentBlock.Text(parser.getText()));
        }
        JsonDeserializer<Object> reader = blocks;
        if (reader == null) {
            throw new IllegalStateException("used without createContextual");
        }
        return (List<ContentBlock>) reader.deserialize(parser, context);
    }
}
