package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The filter of arguments removes the nulls that nobody requires, and nothing else, in any split of the text. */
class ToolArgumentsProperties {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectWriter PRETTY = JSON.writerWithDefaultPrettyPrinter();

    @Property
    void onlyNullsThatAreNotRequiredAreRemoved(
            @ForAll("objects") ObjectNode object, @ForAll("sizes") int size, @ForAll boolean pretty)
            throws JsonProcessingException {
        String text = pretty ? PRETTY.writeValueAsString(object) : object.toString();
        ToolArguments filter = new ToolArguments(Set.of("required"));
        String passed = feed(filter, text, size);
        ObjectNode expected = object.deepCopy();
        object.properties().forEach(member -> {
            if (member.getValue().isNull() && !member.getKey().equals("required")) {
                expected.remove(member.getKey());
            }
        });
        assertThat(JSON.readTree(passed)).isEqualTo(expected);
        assertThat(filter.complete()).isTrue();
        assertThat(filter.rest()).isEmpty();
    }

    @Property
    void textOfAnUnknownToolPassesUnchanged(@ForAll("objects") ObjectNode object, @ForAll("sizes") int size) {
        assertThat(feed(new ToolArguments(null), object.toString(), size)).isEqualTo(object.toString());
    }

    @Property
    void whatIsCutIsPassedOnInTheEnd(@ForAll("objects") ObjectNode object, @ForAll("sizes") int cut) {
        ObjectNode kept = object.deepCopy();
        object.properties().stream()
                .filter(member -> member.getValue().isNull())
                .forEach(member -> kept.remove(member.getKey()));
        String whole = kept.toString();
        String text = whole.substring(0, Math.min(cut, whole.length()));
        ToolArguments filter = new ToolArguments(Set.of());
        // A comma is written with the member that follows it.
        String withoutComma = text.endsWith(",") ? text.substring(0, text.length() - 1) : text;
        assertThat(feed(filter, text, 1) + filter.rest()).isIn(text, withoutComma);
    }

    @Example
    void atMostOneMemberIsHeldBack() {
        ToolArguments filter = new ToolArguments(Set.of());
        assertThat(filter.accept("{\"a\":\"long val")).isEqualTo("{\"a\":\"long val");
        assertThat(filter.accept("ue\",\"b\":nul")).isEqualTo("ue\"");
        assertThat(filter.accept("l,\"c\":[null,")).isEqualTo(",\"c\":[null,");
        assertThat(filter.accept("1],\"n\":n")).isEqualTo("1]");
        assertThat(filter.accept("ot}")).isEqualTo(",\"n\":not}");
    }

    @Example
    void textThatIsNoObjectPasses() {
        for (String text : List.of("[1,null]", "\"a\"", "12", "{'a':null}", "{a:null}")) {
            ToolArguments filter = new ToolArguments(Set.of());
            assertThat(feed(filter, text, 1) + filter.rest()).isEqualTo(text);
        }
    }

    private static String feed(ToolArguments filter, String text, int size) {
        StringBuilder passed = new StringBuilder();
        for (int i = 0; i < text.length(); i += size) {
            passed.append(filter.accept(text.substring(i, Math.min(text.length(), i + size))));
        }
        return passed.toString();
    }

    @Provide
    Arbitrary<Integer> sizes() {
        return Arbitraries.integers().between(1, 40);
    }

    @Provide
    Arbitrary<ObjectNode> objects() {
        Arbitrary<String> names =
                Arbitraries.of("a", "b", "required", "quote\"d", "back\\slash", "null", "brace}", "ü");
        return Combinators.combine(names, values())
                .as(Member::new)
                .list()
                .ofMaxSize(6)
                .map(members -> {
                    ObjectNode object = JsonNodeFactory.instance.objectNode();
                    members.forEach(member -> object.set(member.name(), member.value()));
                    return object;
                });
    }

    private record Member(String name, JsonNode value) {}

    private static Arbitrary<JsonNode> values() {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return Arbitraries.of(
                nodes.nullNode(),
                nodes.nullNode(),
                nodes.numberNode(-1.5e3),
                nodes.booleanNode(false),
                nodes.textNode("null, } \" \\"),
                nodes.arrayNode().addNull().add("}"),
                nodes.objectNode().putNull("required").put("x", ",\"a\":null"),
                nodes.objectNode());
    }
}
