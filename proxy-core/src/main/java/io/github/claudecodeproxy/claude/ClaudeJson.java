package io.github.claudecodeproxy.claude;

import static com.fasterxml.jackson.databind.cfg.CoercionAction.Fail;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * JSON as both APIs need it: limits against hostile input, no silent conversion between types, no digit of a number
 * lost, unknown keys passed over. Thread-safe.
 */
public final class ClaudeJson {

    private static final int MAX_DEPTH = 256;
    private static final int MAX_STRING = 64 << 20;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_STRING)
                            .build())
                    // Names come from clients: interned ones would never be freed.
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .build())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                    LogicalType.Textual,
                    texts -> texts.setCoercion(CoercionInputShape.Integer, Fail)
                            .setCoercion(CoercionInputShape.Float, Fail)
                            .setCoercion(CoercionInputShape.Boolean, Fail))
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    // A lone surrogate cannot be written as UTF-8, but it can be written as the escape that it came in as.
    private static final ObjectWriter ESCAPING = MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

    private ClaudeJson() {}

    /** The mapper that reads and writes the wire records of this library. Must not be reconfigured. */
    public static JsonMapper mapper() {
        return MAPPER;
    }

    /**
     * The JSON of a wire record.
     *
     * @throws UncheckedIOException if the value is no JSON value, which is a programming error
     */
    public static byte[] bytes(Object value) {
        byte[] quick = value instanceof ClaudeEvent.ContentBlockDelta delta ? DeltaJson.of(delta) : null;
        if (quick != null) {
            return quick;
        }
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            writeEscaped(value, out);
            return out.toByteArray();
        }
    }

    /**
     * Writes the JSON of a wire record; for large values, whose bytes are not worth a copy.
     *
     * @param out what it held before is lost
     * @throws UncheckedIOException if the value is no JSON value, which is a programming error
     */
    public static void write(Object value, ByteArrayOutputStream out) {
        try {
            MAPPER.writeValue(out, value);
        } catch (JsonProcessingException e) {
            out.reset();
            writeEscaped(value, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeEscaped(Object value, ByteArrayOutputStream out) {
        try {
            ESCAPING.writeValue(out, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
