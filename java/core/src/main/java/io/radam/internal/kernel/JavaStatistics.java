package io.radam.internal.kernel;

import java.util.Arrays;

/** Gradient statistics in Java, in the order of {@code radam_gradient_statistics}. */
final class JavaStatistics {
    private JavaStatistics() {
    }

    static double[] newSums() {
        return new double[SquareSums.COUNT];
    }

    /** {@code sums} is scratch memory of {@link #newSums}. */
    static void compute(Tensor t, long begin, long end, double[] sums, StatisticsTable table, int entry) {
        Arrays.fill(sums, 0);
        int largest = 0;
        long nonFinite = 0;
        for (long i = begin; i < end; i++) {
            float x = Elements.load(t.gradientType, t.gradient, i);
            int lane = (int) ((i - begin) % SquareSums.COUNT);
            sums[lane] += (double) x * x;
            // Magnitudes of floats have the order of their bits, with NaN above all.
            largest = Math.max(largest, Float.floatToRawIntBits(x) & Integer.MAX_VALUE);
            nonFinite += Float.isFinite(x) ? 0 : 1;
        }
        table.set(entry, Float.intBitsToFloat(largest), SquareSums.total(sums), nonFinite);
    }
}
