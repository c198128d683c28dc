package io.github.claudecodeproxy.testkit;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One server-sent event with JSON data.
 *
 * @param name the value of its {@code event:} line
 * @param data its {@code data:} line as JSON
 */
public record StreamEvent(String name, JsonNode data) {}
