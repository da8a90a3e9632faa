package io.radam.internal.kernel;

import java.util.Arrays;

/** Gradient statistics in Java, in the order of {@code radam_gradient_statistics}. */
final class JavaStatistics {
    private static final int SUMS = 32;

    private JavaStatistics() {
    }

    static double[] newSums() {
        return new double[SUMS];
    }

    /** sums: scratch. */
    static void compute(Tensor t, long begin, long end, double[] sums, StatisticsTable table, int entry) {
        Arrays.fill(sums, 0);
        int largest = 0;
        long nonFinite = 0;
        for (long i = begin; i < end; i++) {
            float x = Elements.load(t.gradientType, t.gradient, i);
            int lane = (int) ((i - begin) % SUMS);
            sums[lane] += (double) x * x;
            // Floats are ordered like their bits, and NaN is above all.
            largest = Math.max(largest, Float.floatToRawIntBits(x) & Integer.MAX_VALUE);
            nonFinite += Float.isFinite(x) ? 0 : 1;
        }
        for (int distance = SUMS / 2; distance > 0; distance /= 2) {
            for (int j = 0; j < distance; j++) {
                sums[j] += sums[j + distance];
            }
        }
        table.set(entry, Float.intBitsToFloat(largest), sums[0], nonFinite);
    }
}
