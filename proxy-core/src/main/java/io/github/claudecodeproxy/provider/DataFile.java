package io.github.claudecodeproxy.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.InjectableValues;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.module.paramnames.ParameterNamesModule;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries of data files: each says only what differs from the defaults, or from the entry that it extends. Keys
 * that are for people ({@code source}, {@code date}, {@code note}) are passed over; unknown ones are refused.
 */
final class DataFile {

    /** Reads types by the names of their constructors' parameters, written in the files as {@code some_name}. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new ParameterNamesModule())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .build();

    private static final Set<String> FOR_PEOPLE = Set.of("source", "date", "note");

    private DataFile() {}

    static ObjectNode resource(String name) {
        try (InputStream in = DataFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new FileNotFoundException(name);
            }
            return (ObjectNode) MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }

    /**
     * The object that a text is.
     *
     * @throws IllegalArgumentException when it is none, with the place
     */
    static ObjectNode parse(String json) {
        try {
            if (MAPPER.readTree(json) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            String place = e.getLocation() == null
                    ? ""
                    : " at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            throw new IllegalArgumentException("is not valid JSON: " + e.getOriginalMessage() + place, e);
        }
        throw new IllegalArgumentException("must be a JSON object");
    }

    /** The entries of a list, which may be absent; the path is what stands before the key in it. */
    static List<ObjectNode> entries(ObjectNode file, String key, String path) {
        JsonNode list = file.path(key);
        if (!list.isMissingNode() && !list.isArray()) {
            throw new IllegalArgumentException(path + key + ": must be a list");
        }
        List<ObjectNode> entries = new ArrayList<>();
        for (JsonNode entry : list) {
            if (!(entry instanceof ObjectNode object)) {
                throw new IllegalArgumentException(path + key + "." + entries.size() + ": must be an object");
            }
            entries.add(object);
        }
        return entries;
    }

    /** A copy of the base with the members of the entry; objects that both have are merged, lists are replaced. */
    static ObjectNode merged(ObjectNode base, ObjectNode entry) {
        ObjectNode result = base.deepCopy();
        entry.properties().forEach(member -> {
            JsonNode old = result.get(member.getKey());
            if (old instanceof ObjectNode oldObject
                    && member.getValue() instanceof ObjectNode newObject
                    && !free(member.getKey())) {
                result.set(member.getKey(), merged(oldObject, newObject));
            } else if (!FOR_PEOPLE.contains(member.getKey())) {
                result.set(member.getKey(), member.getValue());
            }
        });
        return result;
    }

    /** A profile for one model, with what differs for it. */
    static ProviderProfile differing(ProviderProfile profile, String model, JsonNode changes, JsonNode data) {
        ModelData known = profile.model(model);
        ObjectNode knownTree = MAPPER.valueToTree(known);
        knownTree.put("match", ModelPattern.only(model).toString());
        ModelData own = read(differing(knownTree, data), ModelData.class, "models." + model, null);
        ModelCatalog catalog =
                profile.catalog().with(List.of(new ModelCatalog.Entry(own.match(), own.provider(), () -> own)));
        ObjectNode tree = MAPPER.valueToTree(profile);
        tree.remove("catalog");
        tree.putArray("models");
        return read(differing(tree, changes), ProviderProfile.class, "providers." + profile.name(), catalog);
    }

    private static ObjectNode differing(ObjectNode base, JsonNode own) {
        if (!(own instanceof ObjectNode entry)) {
            throw new IllegalArgumentException("must be an object");
        }
        return merged(base, withRefused(base, entry));
    }

    /** The entry, whose lists of what is refused have what the base refuses, too. */
    private static ObjectNode withRefused(ObjectNode base, ObjectNode entry) {
        ObjectNode result = entry.deepCopy();
        entry.properties().forEach(member -> {
            JsonNode old = base.path(member.getKey());
            if (member.getKey().endsWith("refused") && old.isArray()) {
                Set<JsonNode> all = new LinkedHashSet<>();
                old.forEach(all::add);
                member.getValue().forEach(all::add);
                result.putArray(member.getKey()).addAll(all);
            } else if (member.getValue() instanceof ObjectNode inner && old instanceof ObjectNode oldInner) {
                result.set(member.getKey(), withRefused(oldInner, inner));
            }
        });
        return result;
    }

    /** Objects that are sent as they stand: a later one replaces an earlier one. */
    private static boolean free(String key) {
        return key.equals("on")
                || key.equals("off")
                || key.equals("budget_beside")
                || key.startsWith("body")
                || key.equals("missing_tool_state");
    }

    /**
     * Reads a complete entry.
     *
     * @throws IllegalArgumentException when a field is unknown or has the wrong type, with its path
     */
    static <T> T read(ObjectNode entry, Class<T> type, String path, @Nullable ModelCatalog catalog) {
        InjectableValues.Std injected = new InjectableValues.Std();
        if (catalog != null) {
            injected.addValue(ModelCatalog.class, catalog);
        }
        try {
            return MAPPER.readerFor(type).with(injected).readValue(withoutNotes(entry));
        } catch (JsonMappingException e) {
            String field = e.getPath().stream()
                    .map(step -> step.getFieldName() == null ? String.valueOf(step.getIndex()) : step.getFieldName())
                    // that is between a variant and its fields here, but not in the file
                    .filter(step -> !step.equals("profile"))
                    .collect(Collectors.joining("."));
            String place = field.isEmpty() ? path : path + "." + field;
            throw new IllegalArgumentException(place + ": " + problem(e), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(path + ": cannot be read", e);
        }
    }

    /** In the words of the file, without those of Java, and without the value. */
    private static String problem(JsonMappingException e) {
        String message = String.valueOf(e.getOriginalMessage());
        if (e instanceof UnrecognizedPropertyException) {
            return "is no field of this file";
        }
        if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
            String wanted = wanted(mismatch.getTargetType());
            if (!wanted.isEmpty()) {
                return "must be " + wanted;
            }
        }
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    private static String wanted(Class<?> type) {
        if (type.isEnum()) {
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(constant -> String.valueOf(constant).toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "));
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == int.class || type == Integer.class) {
            return "a whole number";
        }
        if (type == double.class || type == Double.class) {
            return "a number";
        }
        if (type == String.class) {
            return "a text";
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "a list";
        }
        return type.isRecord() ? "an object" : "";
    }

    private static JsonNode withoutNotes(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = object.objectNode();
            object.properties().forEach(member -> {
                if (!FOR_PEOPLE.contains(member.getKey())) {
                    copy.set(
                            member.getKey(),
                            free(member.getKey()) ? member.getValue() : withoutNotes(member.getValue()));
                }
            });
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = array.arrayNode();
            array.forEach(element -> copy.add(withoutNotes(element)));
            return copy;
        }
        return node;
    }
}
