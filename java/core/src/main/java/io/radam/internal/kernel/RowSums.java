package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import io.radam.internal.schedule.ProjectingSchedule;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The sums of a row, in the order that {@code radam_row_sums} documents. For one thread at a time. */
final class RowSums {
    /** Element i of a row is added to sum i mod this. */
    private static final int APART = 8;

    private final double[][] sums = new double[ProjectingSchedule.SUMS][APART];
    /** How many elements of the row were added. */
    private long added;

    /** How many elements of the row were added so far. */
    long added() {
        return added;
    }

    /** Adds elements {@code begin} to {@code end} of arrays, which are the next ones of the row. */
    void add(int begin, int end, float[] gradient, float[] values, float[] updates) {
        add(begin, end, (int) (added % APART), gradient, values, sums[0]);
        add(begin, end, (int) (added % APART), gradient, gradient, sums[1]);
        add(begin, end, (int) (added % APART), values, values, sums[2]);
        add(begin, end, (int) (added % APART), updates, values, sums[3]);
        added += end - begin;
    }

    private static void add(int begin, int end, int place, float[] numbers, float[] others, double[] sums) {
        for (int i = begin; i < end; i++) {
            sums[place + i - begin & APART - 1] += (double) numbers[i] * others[i];
        }
    }

    /** Writes the sums of the row, and begins with the next. */
    void finish(MemorySegment to, long row) {
        for (int i = 0; i < sums.length; i++) {
            double[] of = sums[i];
            for (int distance = APART / 2; distance > 0; distance /= 2) {
                for (int j = 0; j < distance; j++) {
                    of[j] += of[j + distance];
                }
            }
            to.setAtIndex(JAVA_DOUBLE, row * sums.length + i, of[0]);
            Arrays.fill(of, 0);
        }
        added = 0;
    }
}
