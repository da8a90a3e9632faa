package io.radam.internal.kernel;

/** As {@link SquareSums}, of products of two numbers in the place of squares of one. */
final class ProductSums {
    private static final int COUNT = SquareSums.COUNT;

    private ProductSums() {
    }

    /**
     * Adds the products of the first {@code count} numbers, of which the first one has a place, to the sums of their
     * places.
     */
    static void add(int count, long place, float[] numbers, float[] others, double[] sums) {
        int first = (int) (place % COUNT);
        int begin = first == 0 ? 0 : Math.min(count, COUNT - first);
        for (int i = 0; i < begin; i++) {
            sums[first + i] += (double) numbers[i] * others[i];
        }
        int end = begin + (count - begin) / COUNT * COUNT;
        for (int i = begin; i < end; i += COUNT) {
            addGroup(i, numbers, others, sums);
        }
        for (int i = end; i < count; i++) {
            sums[i - end] += (double) numbers[i] * others[i];
        }
    }

    /** Has no remainder to compute, so that C2 can make vectors of it. */
    private static void addGroup(int begin, float[] numbers, float[] others, double[] sums) {
        for (int j = 0; j < COUNT; j++) {
            sums[j] += (double) numbers[begin + j] * others[begin + j];
        }
    }
}
