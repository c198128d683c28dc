package io.github.claudecodeproxy.launcher;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.Usage;
import io.github.claudecodeproxy.http.CallReport;

/** One JSON object for each event, on one line; a call's numbers are fields of their own. No secrets. */
final class EventJson extends LayoutBase<ILoggingEvent> {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Secrets secrets;

    EventJson(Secrets secrets) {
        this.secrets = secrets;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        ObjectNode line = MAPPER.createObjectNode()
                .put("time", event.getInstant().toString())
                .put("level", event.getLevel().toString())
                .put("logger", EventLine.logger(event))
                .put("message", secrets.mask(EventLine.text(event)));
        Object[] arguments = event.getArgumentArray();
        if (arguments != null && arguments.length == 1 && arguments[0] instanceof CallReport call) {
            describe(line, call);
        }
        return line + System.lineSeparator();
    }

    private void describe(ObjectNode line, CallReport call) {
        line.put("request_id", call.requestId())
                .put("requested_model", secrets.mask(call.requestedModel()))
                .put("model", secrets.mask(call.upstreamModel()))
                .put("stream", call.streaming())
                .put("status", call.status())
                .put("end", secrets.mask(call.outcome()))
                .put("attempts", call.attempts());
        Usage tokens = call.usage();
        if (tokens != null) {
            line.put("input_tokens", tokens.inputTokens())
                    .put("output_tokens", tokens.outputTokens())
                    .put("cache_read_input_tokens", tokens.cacheReadInputTokens())
                    .put("cache_creation_input_tokens", tokens.cacheCreationInputTokens());
        }
        if (call.timeToFirst() != null) {
            line.put("first_ms", call.timeToFirst().toMillis());
        }
        line.put("ms", call.duration().toMillis());
        if (call.client() != null) {
            line.put("client", call.client());
        }
    }
}
