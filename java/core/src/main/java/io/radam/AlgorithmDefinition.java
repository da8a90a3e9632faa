package io.radam;

import java.util.List;
import java.util.Locale;

/** What is particular to an algorithm's hyperparameters and state. One class for each; {@link Algorithm} lists them. */
abstract class AlgorithmDefinition {
    final String name;
    final List<Hyperparameter<?>> hyperparameters;
    final List<StateBuffer> state;

    AlgorithmDefinition(String name, List<Hyperparameter<?>> hyperparameters, List<StateBuffer> state) {
        this.name = name;
        this.hyperparameters = hyperparameters;
        this.state = state;
    }

    /** Sets what the algorithm has other defaults for than the hyperparameters themselves. */
    void setDefaults(Hyperparameters.Builder defaults) {
    }

    /** Whether the hyperparameters want a buffer. */
    abstract boolean isPresent(StateBuffer buffer, Hyperparameters h);

    /**
     * Fails at the first hyperparameter, or combination of them, that is out of range: in the order of
     * {@code radam_hyperparameters_check}, so that both find fault with the same one.
     */
    abstract void check(Hyperparameters h);

    static void require(boolean condition, String message, Object... values) {
        if (!condition) {
            throw new InvalidHyperparameterException(String.format(Locale.ROOT, message, values));
        }
    }

    /** Products of what is fine alone: no coefficient of any step may overflow. */
    static void checkWeightDecay(Hyperparameters h, double largestLearningRate) {
        h.check(Hyperparameters.WEIGHT_DECAY);
        require(Float.isFinite((float) (largestLearningRate * h.weightDecay())),
                "learningRate * weightDecay overflows float32: learningRate is %s, weightDecay %s",
                h.learningRate(), h.weightDecay());
    }

    /** Where a step is as large as the learning rate. */
    static void checkLearningRateAsFloat(Hyperparameters h) {
        require(Float.isFinite((float) h.learningRate()),
                "learningRate must be finite as float32, but is %s", h.learningRate());
    }
}
