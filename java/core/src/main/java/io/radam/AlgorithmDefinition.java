package io.radam;

import java.util.List;
import java.util.Locale;

/** The hyperparameters and the state of an algorithm. {@link Algorithm} lists the definitions. */
abstract class AlgorithmDefinition {
    final String name;
    final List<Hyperparameter<?>> hyperparameters;
    final List<StateBuffer> state;

    AlgorithmDefinition(String name, List<Hyperparameter<?>> hyperparameters, List<StateBuffer> state) {
        this.name = name;
        this.hyperparameters = hyperparameters;
        this.state = state;
    }

    /** Sets those defaults of the algorithm that differ from the hyperparameters' own. */
    void setDefaults(Hyperparameters.Builder defaults) {
    }

    /** The algorithm whose rule makes the steps, if that is another one's: of layer-wise algorithms; null of others. */
    Algorithm steppedBy() {
        return null;
    }

    /** The numbers that are kept for each parameter, in the order of {@code radam_coefficients_reduce}. */
    List<String> numbers() {
        return List.of();
    }

    /** Whether a step depends on sums over all parameters of a group. */
    boolean measuresGroup() {
        return false;
    }

    /** Whether steps move the learning rate. */
    boolean movesLearningRate() {
        return false;
    }

    /** Whether its sums are of rows. */
    boolean measuresRows() {
        return false;
    }

    /** Whether the hyperparameters need a buffer. */
    abstract boolean isPresent(StateBuffer buffer, Hyperparameters h);

    /**
     * Fails at the first hyperparameter, or combination of them, that is out of range. The order is that of {@code
     * radam_hyperparameters_check}, so that both report the same one.
     */
    abstract void check(Hyperparameters h);

    static void require(boolean condition, String message, Object... values) {
        if (!condition) {
            throw new InvalidHyperparameterException(String.format(Locale.ROOT, message, values));
        }
    }

    /**
     * Checks the weight decay, alone and times the largest learning rate of any step, so that no coefficient overflows.
     */
    static void checkWeightDecay(Hyperparameters h, double largestLearningRate) {
        h.check(Hyperparameters.WEIGHT_DECAY);
        require(Float.isFinite((float) (largestLearningRate * h.weightDecay())),
                "learningRate * weightDecay overflows float32: learningRate is %s, weightDecay %s",
                h.learningRate(), h.weightDecay());
    }

    /** Checks what Adam has, too, of an algorithm whose step size is at most {@code learningRate / (1 - beta1)}. */
    static void checkAsAdam(Hyperparameters h, Hyperparameter<Double> beta1, Hyperparameter<Double> beta2,
            Hyperparameter<Double> epsilon) {
        h.check(Hyperparameters.LEARNING_RATE);
        h.check(beta1);
        h.check(beta2);
        require(Float.isFinite((float) (h.learningRate() / (1 - h.get(beta1)))),
                "learningRate / (1 - beta1) overflows float32: learningRate is %s, beta1 %s", h.learningRate(),
                h.get(beta1));
        h.check(epsilon);
        checkWeightDecay(h, h.learningRate());
        h.check(Hyperparameters.GRADIENT_SCALE);
    }

    /** Checks what SGD has, too. */
    static void checkAsSgd(Hyperparameters h, Hyperparameter<Double> momentum, Hyperparameter<Double> dampening,
            Hyperparameter<Boolean> nesterov) {
        h.check(Hyperparameters.LEARNING_RATE);
        checkLearningRateAsFloat(h);
        h.check(momentum);
        h.check(dampening);
        require(!h.get(nesterov) || h.get(momentum) > 0 && h.get(dampening) == 0,
                "nesterov needs a momentum above 0 and a dampening of 0: momentum is %s, dampening %s",
                h.get(momentum), h.get(dampening));
        checkWeightDecay(h, h.learningRate());
        h.check(Hyperparameters.GRADIENT_SCALE);
    }

    /** Checks that rectified steps come, or that unrectified ones move parameters. */
    static void checkRectifies(double beta2, double rhoThreshold, Unrectified unrectified) {
        double rhoInfinity = 2 / (1 - beta2) - 1; // section 3.3 of the RAdam paper: the limit that rho approaches
        require(unrectified != Unrectified.SKIP || rhoInfinity > rhoThreshold,
                "with beta2 = %s no step would ever move a parameter: rho stays below %s, the threshold is %s, and "
                        + "unrectified steps are skipped. Raise beta2, or choose Unrectified.MOMENTUM",
                beta2, rhoInfinity, rhoThreshold);
    }

    /** Checks the learning rate of an algorithm whose step size is the learning rate itself. */
    static void checkLearningRateAsFloat(Hyperparameters h) {
        require(Float.isFinite((float) h.learningRate()),
                "learningRate must be finite as float32, but is %s", h.learningRate());
    }
}
