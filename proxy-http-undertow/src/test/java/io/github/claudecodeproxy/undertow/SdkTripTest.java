package io.github.claudecodeproxy.undertow;

import static org.junit.jupiter.api.Assertions.assertAll;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.testkit.TripFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Every trip of the engine once more, over real sockets: the client is Anthropic's library, which validates what it gets,
 * and OpenAI's library reads what is sent upstream. Trips that want the same proxy follow each other.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SdkTripTest {

    private static final Path TRIPS = Path.of("..", "proxy-core", "src", "test", "resources", "trips");

    private String kind = "";
    private @Nullable SdkProxy proxy;

    @AfterAll
    void stop() {
        if (proxy != null) {
            proxy.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> trips() {
        return TripFolder.all(TRIPS, System.getProperty("trip", "")).stream()
                .sorted(Comparator.comparing(SdkProxy::kind))
                .map(trip -> DynamicTest.dynamicTest(trip.name(), () -> assertAll(trip.name(), () -> run(trip))));
    }

    private void run(TripFolder trip) throws IOException {
        new SdkTrip(trip, proxyFor(trip)).run(trip.request(SdkTripTest::answer));
    }

    private SdkProxy proxyFor(TripFolder trip) {
        if (proxy != null && kind.equals(SdkProxy.kind(trip))) {
            return proxy;
        }
        stop();
        kind = SdkProxy.kind(trip);
        proxy = SdkProxy.of(trip);
        return proxy;
    }

    private static JsonNode answer(TripFolder trip) {
        try (SdkProxy proxy = SdkProxy.of(trip)) {
            return new SdkTrip(trip, proxy).answer(trip.request(SdkTripTest::answer));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
