package io.radam.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The row of a work list is cut into pieces that cost the same, and that leave nothing out and do nothing twice. */
class WorkListTest {
    /** Models by name. */
    private static long[] lengths(String model) {
        return switch (model) {
            case "one huge tensor" -> new long[] {50_000_003};
            case "thousands of scalars" -> LongStream.generate(() -> 1).limit(5000).toArray();
            case "scalars, then a huge tensor" -> LongStream.concat(LongStream.generate(() -> 1).limit(5000),
                    LongStream.of(800_000)).toArray();
            case "a huge tensor among scalars" -> LongStream.range(0, 5000).map(i -> i == 777 ? 800_000 : 1).toArray();
            case "empty tensors" -> LongStream.range(0, 3000).map(i -> i % 3 == 0 ? 700 : 0).toArray();
            case "all sizes" -> new Random(1).doubles(2000).mapToLong(x -> (long) Math.exp(15 * x) - 1).toArray();
            default -> throw new AssertionError(model);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"one huge tensor", "thousands of scalars", "scalars, then a huge tensor",
        "a huge tensor among scalars", "empty tensors", "all sizes"})
    void piecesAreEvenAndComplete(String model) {
        long[] lengths = lengths(model);
        WorkList row = new WorkList();
        row.clear(lengths.length);
        for (long length : lengths) {
            row.add(null, length);
        }
        long end = row.end();
        for (int pieces : new int[] {1, 2, 3, 16, 64}) {
            long[] done = new long[lengths.length];
            for (int i = 0; i < pieces; i++) {
                long from = end * i / pieces;
                long to = end * (i + 1) / pieces;
                long[] cost = {0};
                row.forEach(from, to, (tensor, begin, last) -> {
                    assertEquals(done[tensor], begin, "elements left out, or done twice");
                    assertTrue(last == lengths[tensor] || last % WorkList.CUT_ELEMENTS == 0);
                    done[tensor] = last;
                    cost[0] += WorkList.CALL_COST + last - begin;
                });
                // At most the call for a tensor that the piece's first cut goes through comes on top. Calls for empty
                // tensors are not made.
                assertTrue(cost[0] <= to - from + WorkList.CALL_COST + WorkList.CUT_ELEMENTS,
                        () -> "a piece of " + (to - from) + " costs " + cost[0]);
            }
            assertTrue(Arrays.equals(lengths, done), "elements left out");
        }
    }
}
