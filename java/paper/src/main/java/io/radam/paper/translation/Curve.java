package io.radam.paper.translation;

import java.util.List;

/** One finished training: what {@link Training#run} returned. */
record Curve(Method method, long seed, List<double[]> rows) {
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

    /** The parts of the gradients that are not 0 in each bin of magnitude, at a step. */
    double[] magnitudes(int step) {
        double[] row = rows.stream().filter(each -> each[0] == -step).findFirst().orElseThrow();
        double all = 0;
        for (int i = 1; i < row.length; i++) {
            all += row[i];
        }
        double[] parts = new double[row.length - 1];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = row[i + 1] / all;
        }
        return parts;
    }

    /** The part of the gradients that are not 0 below a power of ten, at a step. */
    double below(int exponent, int step) {
        double[] parts = magnitudes(step);
        double sum = 0;
        for (int bin = 0; bin < exponent - Training.LOWEST + 1; bin++) {
            sum += parts[bin];
        }
        return sum;
    }
}
