package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Parameter;
import io.radam.internal.sharding.Sharding;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which elements a rank gets. */
class ShardLayoutTest {
    private static ShardLayout layout(long[] lengths, long[] rowLengths, int ranks, long bucketElements) {
        List<Parameter> parameters = Arrays.stream(lengths)
                .mapToObj(length -> Parameter.builder(MemorySegment.ofArray(new float[(int) length])).build()).toList();
        return new ShardLayout(parameters, rowLengths, ranks, bucketElements);
    }

    private static long[] owned(ShardLayout layout, int parameter, int ranks) {
        return LongStream.range(0, ranks).map(rank -> layout.length(parameter, (int) rank)).toArray();
    }

    /** Cuts are at multiples of rows and of pieces, wherever there is such a place. */
    @ParameterizedTest
    @CsvSource({"1, 100_000", "9, 900_000", "16, 80_000", "1024, 102_400", "8192, 81_920", "12_288, 1_228_800",
        "10_240, 1_024_000", "8193, 819_300", "100_001, 300_003"})
    void wholeRowsAndPieces(String row, String elements) {
        long rowLength = Long.parseLong(row.replace("_", ""));
        long length = Long.parseLong(elements.replace("_", ""));
        long unit = Sharding.PIECE;
        while (unit % rowLength != 0) {
            unit += Sharding.PIECE;
        }
        for (int ranks = 1; ranks <= 5; ranks++) {
            ShardLayout layout = layout(new long[] {length}, new long[] {rowLength}, ranks, length);
            assertEquals(length, Arrays.stream(owned(layout, 0, ranks)).sum());
            for (int rank = 0; rank < ranks; rank++) {
                long first = layout.first(0, rank);
                assertTrue(first == length || first % unit == 0, first + " of " + unit);
                assertTrue(Math.abs(first - length * rank / ranks) <= unit / 2 + 1, first + " of rank " + rank);
            }
        }
    }

    /** Parameters that cannot be cut go to one rank after the other. */
    @Test
    void wholeParametersAreSharedOut() {
        for (int ranks = 2; ranks <= 5; ranks++) {
            long[] lengths = new long[3 * ranks];
            long[] rowLengths = new long[lengths.length];
            Arrays.fill(lengths, 3 * 8191);
            Arrays.fill(rowLengths, 8191);
            ShardLayout layout = layout(lengths, rowLengths, ranks, 1);
            long[] owned = new long[ranks];
            for (int i = 0; i < lengths.length; i++) {
                long[] ofRanks = owned(layout, i, ranks);
                assertEquals(1, Arrays.stream(ofRanks).filter(length -> length > 0).count());
                for (int rank = 0; rank < ranks; rank++) {
                    owned[rank] += ofRanks[rank];
                }
            }
            assertEquals(Collections.nCopies(ranks, 3 * 3 * 8191L), Arrays.stream(owned).boxed().toList());
        }
    }

    /** What one cannot be cut for is made up for by the next that can. */
    @Test
    void othersMakeUpForThem() {
        ShardLayout layout = layout(new long[] {5 * 8191, 20 * 8192}, new long[] {8191, 1}, 2, 1);
        long[] first = owned(layout, 0, 2);
        long[] second = owned(layout, 1, 2);
        assertEquals(5 * 8191, Math.max(first[0], first[1]));
        assertTrue(Math.abs(first[0] + second[0] - first[1] - second[1]) <= 8192);
    }
}
