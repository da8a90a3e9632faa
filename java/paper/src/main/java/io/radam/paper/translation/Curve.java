package io.radam.paper.translation;

import java.util.Arrays;
import java.util.List;

/** One finished training: what {@link Training#run} returned. */
record Curve(Trial trial, List<double[]> rows) {
    Method method() {
        return trial.method();
    }

    long seed() {
        return trial.seed();
    }

    private List<double[]> measured() {
        return rows.stream().filter(row -> row[0] > 0).toList();
    }

    double[] steps() {
        return column(0);
    }

    double[] training() {
        return column(1);
    }

    double[] heldOut() {
        return column(2);
    }

    private double[] column(int column) {
        return measured().stream().mapToDouble(row -> row[column]).toArray();
    }

    /** The held-out perplexity in the end. */
    double last() {
        return measured().getLast()[2];
    }

    /** The training perplexity over the last steps. */
    double lastTraining() {
        return measured().getLast()[1];
    }

    /** Whether a perplexity was infinite or NaN. */
    boolean diverged() {
        return measured().stream().anyMatch(row -> !Double.isFinite(row[1]) || !Double.isFinite(row[2]));
    }

    /** The gradients of a step, counted as {@link Magnitudes} says. */
    double[] counts(int step) {
        double[] row = rows.stream().filter(each -> each[0] == -step).findFirst().orElseThrow();
        return Arrays.copyOfRange(row, 1, row.length);
    }

    /** The gradients of a step that were infinite or NaN. */
    long notFinite(int step) {
        return (long) counts(step)[Magnitudes.BINS];
    }
}
