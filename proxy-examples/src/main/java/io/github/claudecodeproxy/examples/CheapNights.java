package io.github.claudecodeproxy.examples;

import io.github.claudecodeproxy.provider.ModelMapper;
import io.github.claudecodeproxy.provider.ModelRequest;
import io.github.claudecodeproxy.provider.ModelTarget;
import java.time.Clock;
import java.time.LocalTime;

/** A rule of your own for which model serves a request: here by the time of the day. Thread-safe. */
public final class CheapNights implements ModelMapper {

    private static final LocalTime MORNING = LocalTime.of(7, 0);
    private static final LocalTime EVENING = LocalTime.of(19, 0);

    private final ModelMapper day = ModelMapper.tiers("gpt-4.1", "gpt-4.1", "gpt-4.1-mini");
    private final ModelTarget night = new ModelTarget("gpt-4.1-mini");
    private final Clock clock;

    /** Looks at this clock for each request. */
    public CheapNights(Clock clock) {
        this.clock = clock;
    }

    @Override
    public ModelTarget map(ModelRequest request) {
        LocalTime now = LocalTime.now(clock);
        boolean works = !now.isBefore(MORNING) && now.isBefore(EVENING);
        return works ? day.map(request) : night;
    }
}
