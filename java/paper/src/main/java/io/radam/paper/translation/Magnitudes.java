package io.radam.paper.translation;

import java.util.Arrays;

/** Numbers counted by magnitude. Those that are 0 are not counted: they are of pieces that are not in the batch. */
final class Magnitudes {
    /** A bin for each decade from 1e-16 up to 1. The first and the last have what lies beyond. */
    static final int BINS = 18;
    static final int LOWEST = -16;
    /** The bins, and last the numbers that are infinite or NaN. */
    static final int COUNTS = BINS + 1;

    private Magnitudes() {
    }

    /** Adds to counts. */
    static void count(float[] numbers, double[] counts) {
        for (float number : numbers) {
            if (!Float.isFinite(number)) {
                counts[BINS]++;
            } else if (number != 0) {
                double decade = Math.floor(Math.log10(Math.abs(number)));
                counts[(int) Math.clamp(decade - LOWEST + 1, 0, BINS - 1)]++;
            }
        }
    }

    /** The part of each bin. NaN if nothing is in a bin. */
    static double[] parts(double[] counts) {
        double[] bins = Arrays.copyOf(counts, BINS);
        double all = Arrays.stream(bins).sum();
        return Arrays.stream(bins).map(bin -> bin / all).toArray();
    }

    /** The part that is below a power of ten. */
    static double below(int exponent, double[] counts) {
        return Arrays.stream(parts(counts)).limit(exponent - LOWEST + 1).sum();
    }
}
