package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.testkit.TripFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tables of fields name trips that exist, and trips name rows that exist. */
class MappingTest {

    private static final Path TRIPS = Path.of("src", "test", "resources", "trips");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    @Test
    void everyRowHasItsTrips() throws IOException {
        List<String> trips =
                TripFolder.all(TRIPS, "").stream().map(TripFolder::name).toList();
        Map<String, List<String>> rows = rows();
        assertThat(rows).isNotEmpty();
        rows.forEach((row, names) -> {
            assertThat(names).as(row).isNotEmpty();
            for (String name : names) {
                Pattern pattern = Pattern.compile(name.replace("*", ".*"));
                assertThat(trips)
                        .as("trips of %s named %s", row, name)
                        .anyMatch(trip -> pattern.matcher(trip).matches());
            }
        });
    }

    @Test
    void everyRowOfATripIsInTheTables() throws IOException {
        Map<String, List<String>> rows = rows();
        for (TripFolder trip : TripFolder.all(TRIPS, "")) {
            String row = trip.description().path("row").asText();
            if (row.startsWith("E1 ") || row.startsWith("E2 ")) {
                assertThat(rows).as(trip.name()).containsKey(row);
            }
        }
    }

    /** The names in the last column, by the table's name and the first column. */
    private static Map<String, List<String>> rows() throws IOException {
        Map<String, List<String>> rows = new TreeMap<>();
        String table = "";
        for (String line : Files.readAllLines(TRIPS.resolve("MAPPING.md"))) {
            if (line.startsWith("## ")) {
                table = line.substring(3, 5);
            }
            String[] cells = line.split("\\|");
            if (cells.length == 4 && !cells[1].isBlank() && !cells[1].startsWith("-") && !cells[1].equals(" field ")) {
                List<String> names = new ArrayList<>();
                NAME.matcher(cells[3]).results().forEach(name -> names.add(name.group(1)));
                rows.put(table + " " + cells[1].strip(), names);
            }
        }
        return rows;
    }
}
