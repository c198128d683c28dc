package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.ContentBlock;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A kind of block without a trip is a kind of block that nobody has tried. */
class CompletenessTest {

    @Test
    void everyKindOfBlockIsInATrip() {
        Set<String> known = new TreeSet<>(Arrays.stream(
                        ContentBlock.class.getAnnotation(JsonSubTypes.class).value())
                .map(JsonSubTypes.Type::name)
                .toList());
        Set<String> seen = new TreeSet<>();
        List<Trip> trips = Trip.all();
        trips.forEach(trip -> collectTypes(trip.json("claude-request.json"), seen));
        assertThat(seen).containsAll(known);
    }

    private static void collectTypes(JsonNode json, Set<String> types) {
        json.findValuesAsText("type").forEach(types::add);
        json.forEach(child -> collectTypes(child, types));
    }
}
