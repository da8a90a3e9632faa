package io.radam.demo;

import java.util.ArrayList;
import java.util.List;

/** Every optimizer at every learning rate with every seed. */
final class Experiment {

    private final Settings settings;
    private final Run run;

    Experiment(Digits digits, Settings settings) {
        this.settings = settings;
        run = new Run(Batches.of(digits.training()), Batches.of(digits.test()), settings);
    }

    /** The optimizers take turns, so that whatever else the machine does falls on all of them alike. */
    List<RunResult> run(ProgressBar progress) {
        for (Method method : settings.methods()) {
            run.train(method, settings.learningRates().getFirst(), 0, settings.warmingEpochs(), () -> { });
        }
        List<RunResult> results = new ArrayList<>();
        for (long seed : settings.seeds()) {
            for (double learningRate : settings.learningRates()) {
                for (Method method : settings.methods()) {
                    progress.begin("%s, learning rate %s, seed %d".formatted(method.label(), learningRate, seed));
                    results.add(run.train(method, learningRate, seed, settings.epochs(), progress::advance));
                    progress.end("test accuracy " + Text.percent(results.getLast().last().testAccuracy()));
                }
            }
        }
        return results;
    }
}
