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

    /**
     * Adds the squares of the first {@code count} numbers, of which the first one has a place, to the sums of their
     * places.
     */
    static void add(int count, long place, float[] numbers, double[] sums) {
        int first = (int) (place % COUNT);
        int begin = first == 0 ? 0 : Math.min(count, COUNT - first);
        for (int i = 0; i < begin; i++) {
            add(numbers[i], first + i, sums);
        }
        int end = begin + (count - begin) / COUNT * COUNT;
        for (int i = begin; i < end; i += COUNT) {
            addGroup(i, numbers, sums);
        }
        for (int i = end; i < count; i++) {
            add(numbers[i], i - end, sums);
        }
    }

    /** Adds the first {@code count} numbers themselves, of which the first one has a place that is a multiple. */
    static void addPlain(int count, float[] numbers, double[] sums) {
        int end = count & -COUNT;
        for (int i = 0; i < end; i += COUNT) {
            addPlainGroup(i, numbers, sums);
        }
        for (int i = end; i < count; i++) {
            sums[i - end] += numbers[i];
        }
    }

    private static void addPlainGroup(int begin, float[] numbers, double[] sums) {
        for (int j = 0; j < COUNT; j++) {
            sums[j] += numbers[begin + j];
        }
    }

    private static void add(double x, int sum, double[] sums) {
        sums[sum] += x * x;
    }

    /** Has no remainder to compute, so that C2 can make vectors of it. */
    private static void addGroup(int begin, float[] numbers, double[] sums) {
        for (int j = 0; j < COUNT; j++) {
            double x = numbers[begin + j];
            sums[j] += x * x;
        }
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
