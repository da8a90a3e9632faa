package io.radam.demo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** One line of the results: an optimizer at a learning rate, over all seeds. */
record Summary(Method method, double learningRate, List<RunResult> runs) {

    /** Grouped by learning rate, so that the optimizers stand under each other. */
    static List<Summary> of(List<RunResult> results, Settings settings) {
        List<Summary> summaries = new ArrayList<>();
        for (double learningRate : settings.learningRates()) {
            for (Method method : settings.methods()) {
                summaries.add(new Summary(method, learningRate, results.stream()
                        .filter(run -> run.method() == method && run.learningRate() == learningRate).toList()));
            }
        }
        return summaries;
    }

    static Summary best(List<Summary> summaries, Method method) {
        return summaries.stream().filter(summary -> summary.method() == method)
                .max(Comparator.comparingDouble(Summary::testAccuracy)).orElseThrow();
    }

    static Summary worst(List<Summary> summaries, Method method) {
        return summaries.stream().filter(summary -> summary.method() == method)
                .min(Comparator.comparingDouble(Summary::testAccuracy)).orElseThrow();
    }

    double testAccuracy() {
        return mean(run -> run.last().testAccuracy());
    }

    double lowestTestAccuracy() {
        return runs.stream().mapToDouble(run -> run.last().testAccuracy()).min().orElseThrow();
    }

    double highestTestAccuracy() {
        return runs.stream().mapToDouble(run -> run.last().testAccuracy()).max().orElseThrow();
    }

    double testLoss() {
        return mean(run -> run.last().testLoss());
    }

    double trainingLoss() {
        return mean(run -> run.last().trainingLoss());
    }

    private double mean(ToDoubleFunction<RunResult> value) {
        return runs.stream().mapToDouble(value).average().orElseThrow();
    }
}
