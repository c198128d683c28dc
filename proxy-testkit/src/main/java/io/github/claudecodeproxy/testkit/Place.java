package io.github.claudecodeproxy.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/** A place in a document, and where to note what is wrong with it. */
record Place(String path, List<String> found) {

    Place at(String member) {
        return new Place(path.isEmpty() ? member : path + "." + member, found);
    }

    Place at(int index) {
        return new Place(path + "[" + index + "]", found);
    }

    void add(String what) {
        found.add((path.isEmpty() ? "body" : path) + ": " + what);
    }

    boolean expect(boolean holds, String otherwise) {
        if (!holds) {
            add(otherwise);
        }
        return holds;
    }

    /** Notes every member that is none of these, and every one that is null. */
    void members(JsonNode object, Set<String> known) {
        if (!expect(object.isObject(), "is no object but " + object)) {
            return;
        }
        object.properties().forEach(member -> {
            expect(known.contains(member.getKey()), "has " + member.getKey() + ", which nobody there knows");
            expect(!member.getValue().isNull() || member.getKey().equals("content"), member.getKey() + " is null");
        });
    }
}
