package io.github.claudecodeproxy.provider;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.module.paramnames.ParameterNamesModule;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a data file: {@code {"defaults": {...}, KEY: [{...}, ...]}}, where each entry says only what differs from the
 * defaults. Keys that are for people ({@code source}, {@code date}, {@code note}) are passed over.
 */
final class DataFile {

    /** Reads types by the names of their constructors' parameters, written in the files as {@code some_name}. */
    static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new ParameterNamesModule())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .build();

    private DataFile() {}

    static <T> List<T> read(String resource, String key, Class<T> type) {
        ObjectReader reader = MAPPER.readerFor(type).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        try (InputStream in = DataFile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new FileNotFoundException(resource);
            }
            JsonNode file = MAPPER.readTree(in);
            List<T> entries = new ArrayList<>();
            for (JsonNode entry : file.required(key)) {
                ObjectNode merged = file.required("defaults").deepCopy();
                merged.setAll((ObjectNode) entry);
                entries.add(reader.readValue(merged));
            }
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        }
    }
}
