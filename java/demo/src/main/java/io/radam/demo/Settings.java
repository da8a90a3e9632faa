package io.radam.demo;

import java.util.Arrays;
import java.util.List;

/**
 * What is trained, and how.
 *
 * @param methods     at least one
 * @param warmupSteps length of the linear warm-up where there is one: a tenth of all steps, a common choice
 * @param warmingEpochs epochs trained before the first that counts, so that no optimizer pays for Java's compiler
 * @param requiredAccuracy the demo fails when RAdam's mean test accuracy, at its best learning rate, is below this; 0
 *                         where others are compared, or by other learning rates
 */
record Settings(String name, List<Method> methods, List<Double> learningRates, List<Long> seeds, int epochs, int batchSize,
                int stepsPerEpoch, int warmupSteps, int warmingEpochs, double requiredAccuracy) {

    private static final int BATCH_SIZE = 64;

    /** The setting to judge by. The learning rates are a decade apart: too small, about right and too large. */
    static Settings full(int trainingImages) {
        return of("full", List.of(0.001, 0.01, 0.1), List.of(1L, 2L, 3L), 30, 5, trainingImages, 0.97);
    }

    /** Shows in a few seconds that everything works. Too little training for its accuracies to mean much. */
    static Settings brief(int trainingImages) {
        return of("short", List.of(0.01), List.of(1L), 15, 1, trainingImages, 0.90);
    }

    private static Settings of(String name, List<Double> learningRates, List<Long> seeds, int epochs,
                               int warmingEpochs, int trainingImages, double requiredAccuracy) {
        int stepsPerEpoch = trainingImages / BATCH_SIZE;
        return new Settings(name, Method.named(""), learningRates, seeds, epochs, BATCH_SIZE, stepsPerEpoch,
                epochs * stepsPerEpoch / 10, warmingEpochs, requiredAccuracy);
    }

    /**
     * With other optimizers, or other learning rates.
     *
     * @param algorithms as {@link Method#named} takes them; empty for those that there are
     * @param rates      numbers with commas between; empty for those that there are
     * @throws IllegalArgumentException if the lists are not
     */
    Settings with(String algorithms, String rates) {
        if (algorithms.isBlank() && rates.isBlank()) {
            return this;
        }
        return new Settings(name, Method.named(algorithms), rates.isBlank() ? learningRates : numbers(rates), seeds,
                epochs, batchSize, stepsPerEpoch, warmupSteps, warmingEpochs, 0);
    }

    private static List<Double> numbers(String list) {
        try {
            return Arrays.stream(list.split(",", -1)).map(number -> Double.parseDouble(number.strip())).distinct()
                    .toList();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("demo.learningRates is not a list of numbers: " + list, e);
        }
    }

    /** The optimizer that the report's first lines are about. */
    Method first() {
        return methods.getFirst();
    }

    boolean isShort() {
        return name.equals("short");
    }

    int steps() {
        return epochs * stepsPerEpoch;
    }

    int runs() {
        return methods.size() * learningRates.size() * seeds.size();
    }
}
