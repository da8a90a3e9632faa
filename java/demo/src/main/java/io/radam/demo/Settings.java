package io.radam.demo;

import java.util.List;

/**
 * What is trained, and how.
 *
 * @param warmupSteps length of the linear warm-up of {@link Method#ADAM_WARMUP}: a tenth of all steps, a common choice
 * @param warmingEpochs epochs trained before the first that counts, so that no optimizer pays for Java's compiler
 * @param requiredAccuracy the demo fails when RAdam's mean test accuracy, at its best learning rate, is below this
 */
record Settings(String name, List<Double> learningRates, List<Long> seeds, int epochs, int batchSize,
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
        return new Settings(name, learningRates, seeds, epochs, BATCH_SIZE, stepsPerEpoch,
                epochs * stepsPerEpoch / 10, warmingEpochs, requiredAccuracy);
    }

    boolean isShort() {
        return name.equals("short");
    }

    int steps() {
        return epochs * stepsPerEpoch;
    }

    int runs() {
        return Method.values().length * learningRates.size() * seeds.size();
    }
}
