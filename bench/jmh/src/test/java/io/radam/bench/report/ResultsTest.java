package io.radam.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.bench.Point.Suite;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTest {
    private final List<Row> rows = Example.results().rows(Suite.SIZES);

    @Test
    void medianIsTheMiddle() {
        assertEquals(2, Statistics.median(3, 1, 2));
        assertEquals(2.5, Statistics.median(4, 1, 3, 2));
        assertEquals(7, Statistics.median(7));
        assertTrue(Double.isNaN(Statistics.median()));
    }

    @Test
    void largestSizeOfAllThreadsComesFirstAndThereTheFastest() {
        assertEquals(List.of(
                "2 1000000 ours", "2 1000000 <their \"x\">", "2 1000 ours", "2 1000 <their \"x\">",
                "1 1000000 ours", "1 1000000 <their \"x\">", "1 1000 ours", "1 1000 <their \"x\">"),
                rows.stream().map(row -> row.point().threads() + " " + row.point().size() + " "
                        + row.point().implementation()).toList());
    }

    @Test
    void ratioIsTheMedianOfRatiosWithinARound() {
        Row theirs = rows.get(1);
        // Within rounds: 1/2, 1/2 and 1/4. The ratio of the medians would be 1/4.
        assertEquals(0.5, theirs.ratio());
        assertEquals(4e6, theirs.nanos());
        assertEquals(1, rows.getFirst().ratio());
    }

    @Test
    void adaptersAreComparedWithTheirFramework() {
        List<Row> models = Example.results().rows(Suite.MODELS);
        assertEquals(List.of(Example.ADAPTER, Example.FRAMEWORKS),
                models.stream().map(row -> row.point().implementation()).toList());
        assertEquals(3.5, models.getFirst().ratio());
        assertEquals(1, models.getLast().ratio());
    }

    @Test
    void unitsAreRight() {
        Row ours = rows.getFirst(); // a million parameters in a million nanoseconds
        assertEquals(1e9, ours.parametersPerSecond());
        assertEquals(28, ours.gigabytesPerSecond());
        assertEquals(1, ours.nanosPerParameter());
        assertEquals(1, ours.spread());
    }

    @Test
    void whatHasNoCounterpartHasNoRatio() {
        Row call = Example.results().rows(Suite.CALLS).getFirst();
        assertTrue(Double.isNaN(call.ratio()));
        assertEquals("", Text.ratio(call.ratio()));
    }
}
