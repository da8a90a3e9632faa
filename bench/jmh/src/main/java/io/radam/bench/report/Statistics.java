package io.radam.bench.report;

import java.util.Arrays;

/** What is made of the rounds. */
final class Statistics {
    private Statistics() {
    }

    /** The middle one, or between the two in the middle; NaN of nothing. */
    static double median(double... numbers) {
        if (numbers.length == 0) {
            return Double.NaN;
        }
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static double min(double... numbers) {
        return Arrays.stream(numbers).min().orElse(Double.NaN);
    }

    static double max(double... numbers) {
        return Arrays.stream(numbers).max().orElse(Double.NaN);
    }
}
