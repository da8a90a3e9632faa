package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Gradient statistics in Java, in the order of {@code radam_gradient_statistics}. For one thread at a time. */
final class JavaStatistics {
    /** The elements at a time: a multiple of the number of sums. */
    private static final int MOST = 32 * SquareSums.COUNT;

    private final double[] sums = new double[SquareSums.COUNT];
    private final float[] numbers = new float[MOST];
    private final MemorySegment numbersAsSegment = MemorySegment.ofArray(numbers);
    private final int[] bits = new int[MOST];
    private final BlockElements elements = new BlockElements(MOST);

    void compute(Tensor t, long begin, long end, StatisticsTable table, int entry) {
        Arrays.fill(sums, 0);
        int largest = 0;
        long nonFinite = 0;
        for (long at = begin; at < end; at += MOST) {
            int count = (int) Math.min(MOST, end - at);
            elements.load(t.gradientType, t.gradient, at, count, numbers);
            MemorySegment.copy(numbersAsSegment, JAVA_INT, 0, bits, 0, count);
            // Magnitudes of floats have the order of their bits, with NaN above all.
            int largestHere = Block8Elements.largest(count, bits);
            largest = Math.max(largest, largestHere);
            nonFinite += Float.isFinite(Float.intBitsToFloat(largestHere)) ? 0 : nonFinite(count, numbers);
            SquareSums.add(count, 0, numbers, sums);
        }
        table.set(entry, Float.intBitsToFloat(largest), SquareSums.total(sums), nonFinite);
    }

    /** Writes the means of rows, as {@code radam_gradient_means} does. */
    void means(Tensor t, long firstRow, long endRow) {
        for (long row = firstRow; row < endRow; row++) {
            Arrays.fill(sums, 0);
            long begin = row * t.rowLength;
            for (long at = begin; at < begin + t.rowLength; at += MOST) {
                int count = (int) Math.min(MOST, begin + t.rowLength - at);
                elements.load(t.gradientType, t.gradient, at, count, numbers);
                SquareSums.addPlain(count, numbers, sums);
            }
            t.gradientMeans.setAtIndex(JAVA_FLOAT, row, (float) (SquareSums.total(sums) / t.rowLength));
        }
    }

    private static int nonFinite(int count, float[] numbers) {
        int nonFinite = 0;
        for (int i = 0; i < count; i++) {
            nonFinite += Float.isFinite(numbers[i]) ? 0 : 1;
        }
        return nonFinite;
    }
}
