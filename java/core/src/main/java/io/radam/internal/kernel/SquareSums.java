package io.radam.internal.kernel;

/**
 * The order in which squares of elements are added, and sums of pieces likewise: item i to sum i mod {@link #COUNT}, in
 * order of i, and then the sums pairwise. {@code radam_gradient_statistics} in {@code radam.h} documents it.
 */
public final class SquareSums {
    /** The number of sums. */
    public static final int COUNT = 32;

    private SquareSums() {
    }

    /** The total of {@link #COUNT} sums, which it overwrites: adds those 16 apart, then 8, 4, 2 and 1. */
    public static double total(double[] sums) {
        for (int distance = COUNT / 2; distance > 0; distance /= 2) {
            for (int j = 0; j < distance; j++) {
                sums[j] += sums[j + distance];
            }
        }
        return sums[0];
    }
}
