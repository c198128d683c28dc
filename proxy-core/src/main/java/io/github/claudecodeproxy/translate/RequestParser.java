package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.claude.MissingFieldException;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads a request's bytes; what is wrong with them is said in the API's words, with the path of the field. */
final class RequestParser {

    private static final ObjectReader READER = ClaudeJson.mapper().readerFor(ClaudeRequest.class);

    private RequestParser() {}

    static ClaudeRequest parse(byte[] json) {
        if (isWide(json)) {
            throw invalid("The request body must be JSON in UTF-8, not in UTF-16 or UTF-32.");
        }
        try {
            ClaudeRequest request = READER.readValue(json);
            if (request == null) {
                throw invalid("The request body is null; it must be a JSON object.");
            }
            return request;
        } catch (JsonMappingException e) {
            throw invalid(problem(e));
        } catch (JsonProcessingException e) {
            throw invalid("The request body is not valid JSON: " + where(e));
        } catch (IOException e) {
            throw invalid("The request body cannot be read as JSON in UTF-8.");
        }
    }

    /** The reader would take them; JSON in UTF-8 has no zero bytes, and begins with none of the others' marks. */
    private static boolean isWide(byte[] json) {
        if (json.length < 2) {
            return false;
        }
        boolean marked = (json[0] & 0xFF) >= 0xFE && (json[1] & 0xFF) >= 0xFE;
        return marked || json[0] == 0 || json[1] == 0;
    }

    private static ClaudeException invalid(String message) {
        return new ClaudeException(ClaudeError.Type.INVALID_REQUEST, message);
    }

    private static String where(JacksonException e) {
        String location = e.getLocation() == null
                ? ""
                : " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
        return (e instanceof JsonParseException ? e.getOriginalMessage() : "a limit is exceeded") + location;
    }

    private static String problem(JsonMappingException e) {
        String path = path(e.getPath());
        if (e instanceof MismatchedInputException
                && path.isEmpty()
                && e.getOriginalMessage().startsWith("Trailing token")) {
            return "The request body must be one JSON object; nothing may follow it.";
        }
        if (e.getCause() instanceof MissingFieldException missing) {
            String field = path.isEmpty() ? missing.field() : path + "." + missing.field();
            return field + ": Field required";
        }
        if (e.getCause() instanceof InputCoercionException) {
            return path + ": Input should be a valid integer";
        }
        if (e.getCause() instanceof JacksonException cause && !(cause instanceof JsonMappingException)) {
            return "The request body is not valid JSON: " + where(cause);
        }
        if (path.isEmpty()) {
            return "The request body must be one JSON object.";
        }
        return path + ": " + (e instanceof MismatchedInputException mismatch ? expected(mismatch) : "Input is invalid");
    }

    private static String path(List<JsonMappingException.Reference> references) {
        return references.stream()
                .map(reference -> reference.getFieldName() == null
                        ? String.valueOf(reference.getIndex())
                        : reference.getFieldName())
                .collect(Collectors.joining("."));
    }

    private static String expected(MismatchedInputException e) {
        Class<?> type = e.getTargetType();
        return "Input should be " + (type == null ? "of another type" : describe(type));
    }

    private static String describe(@Nullable Class<?> type) {
        if (type == String.class) {
            return "a valid string";
        }
        if (type == Integer.class || type == int.class) {
            return "a valid integer";
        }
        if (type == Double.class || type == double.class) {
            return "a valid number";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "a valid boolean";
        }
        return type != null && Collection.class.isAssignableFrom(type) ? "a valid list" : "a valid object";
    }
}
