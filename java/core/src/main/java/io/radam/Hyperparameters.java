package io.radam;

import java.util.Locale;
import java.util.Objects;

/**
 * Hyperparameters of a parameter group. Immutable and always valid: the constructor checks every component.
 *
 * <p>The components have the names and the meaning of {@code radam_hyperparameters} in {@code radam.h}.
 *
 * @param rectify            whether to rectify the learning rate (RAdam) or not (Adam, AdamW)
 * @param learningRate       at least 0
 * @param beta1              decay rate of the first moment, in [0, 1)
 * @param beta2              decay rate of the second moment, in [0, 1)
 * @param epsilon            at least 0. With 0, an element whose gradients have all been zero becomes 0/0, which is NaN
 * @param epsilonPlacement   where epsilon is added
 * @param weightDecay        at least 0
 * @param weightDecayMode    how the weight decay acts
 * @param maximize           whether to step up the gradient instead of down
 * @param gradientScale      more than 0; gradients are multiplied by it before anything else
 * @param unrectified        RAdam only: what a step does while rho is below the threshold
 * @param rhoThreshold       RAdam only: at least 4, below which the rectification is not defined
 * @param rectifyAtThreshold RAdam only: whether a rho equal to the threshold is rectified
 * @param warmupSteps        the learning rate of step t below this is {@code 1e-8 + t * learningRate / warmupSteps}
 * @param frozenSteps        in this many first steps only the second moment moves ("Adam-2k" of the RAdam paper: 2000)
 */
public record Hyperparameters(
        boolean rectify,
        double learningRate,
        double beta1,
        double beta2,
        double epsilon,
        EpsilonPlacement epsilonPlacement,
        double weightDecay,
        WeightDecay weightDecayMode,
        boolean maximize,
        double gradientScale,
        Unrectified unrectified,
        double rhoThreshold,
        boolean rectifyAtThreshold,
        long warmupSteps,
        long frozenSteps) {

    /**
     * Checks all components.
     *
     * @throws InvalidHyperparameterException if one is out of range or NaN, or if no step would ever move a parameter:
     *     when beta2 is so small that rho never reaches the threshold, and unrectified steps are skipped
     */
    public Hyperparameters {
        Objects.requireNonNull(epsilonPlacement, "epsilonPlacement");
        Objects.requireNonNull(weightDecayMode, "weightDecayMode");
        Objects.requireNonNull(unrectified, "unrectified");
        require(learningRate >= 0 && Double.isFinite(learningRate),
                "learningRate must be finite and at least 0, but is %s", learningRate);
        require(beta1 >= 0 && beta1 < 1, "beta1 must be in [0, 1), but is %s", beta1);
        require(beta2 >= 0 && beta2 < 1, "beta2 must be in [0, 1), but is %s", beta2);
        // No step is larger than that of an uncorrected first moment at the largest learning rate, which warm-up may
        // exceed by its 1e-8, so no coefficient of any step can overflow.
        double largestLearningRate = warmupSteps > 0 ? 1e-8 + learningRate : learningRate;
        require(Float.isFinite((float) (largestLearningRate / (1 - beta1))),
                "learningRate / (1 - beta1) overflows float32: learningRate is %s, beta1 %s", learningRate, beta1);
        require(epsilon >= 0 && Float.isFinite((float) epsilon),
                "epsilon must be at least 0 and finite as float32, but is %s", epsilon);
        require(weightDecay >= 0 && Float.isFinite((float) weightDecay),
                "weightDecay must be at least 0 and finite as float32, but is %s", weightDecay);
        require(Float.isFinite((float) (largestLearningRate * weightDecay)),
                "learningRate * weightDecay overflows float32: learningRate is %s, weightDecay %s",
                learningRate, weightDecay);
        require((float) gradientScale > 0 && Float.isFinite((float) gradientScale),
                "gradientScale must be more than 0 and finite, both as float32, but is %s", gradientScale);
        require(!rectify || rhoThreshold >= 4 && Double.isFinite(rhoThreshold),
                "rhoThreshold must be finite and at least 4, but is %s", rhoThreshold);
        require(warmupSteps >= 0, "warmupSteps must be at least 0, but is %s", warmupSteps);
        require(frozenSteps >= 0, "frozenSteps must be at least 0, but is %s", frozenSteps);
        require(!rectify || unrectified != Unrectified.SKIP || rhoInfinity(beta2) > rhoThreshold,
                "with beta2 = %s no step would ever move a parameter: rho stays below %s, the threshold is %s, and "
                        + "unrectified steps are skipped. Raise beta2, or choose Unrectified.MOMENTUM",
                beta2, rhoInfinity(beta2), rhoThreshold);
    }

    /** Section 3.3 of the RAdam paper: the limit that rho approaches from below. */
    private static double rhoInfinity(double beta2) {
        return 2 / (1 - beta2) - 1;
    }

    private static void require(boolean condition, String message, Object... values) {
        if (!condition) {
            throw new InvalidHyperparameterException(String.format(Locale.ROOT, message, values));
        }
    }

    /**
     * These hyperparameters with another learning rate.
     *
     * @param learningRate at least 0
     * @return a copy
     * @throws InvalidHyperparameterException if the learning rate is out of range
     */
    public Hyperparameters withLearningRate(double learningRate) {
        return new Hyperparameters(rectify, learningRate, beta1, beta2, epsilon, epsilonPlacement, weightDecay,
                weightDecayMode, maximize, gradientScale, unrectified, rhoThreshold, rectifyAtThreshold, warmupSteps,
                frozenSteps);
    }

    /**
     * These hyperparameters with another weight decay.
     *
     * @param weightDecay at least 0
     * @return a copy
     * @throws InvalidHyperparameterException if the weight decay is out of range
     */
    public Hyperparameters withWeightDecay(double weightDecay) {
        return new Hyperparameters(rectify, learningRate, beta1, beta2, epsilon, epsilonPlacement, weightDecay,
                weightDecayMode, maximize, gradientScale, unrectified, rhoThreshold, rectifyAtThreshold, warmupSteps,
                frozenSteps);
    }

    /**
     * These hyperparameters with another gradient scale, for example one over a loss scale.
     *
     * @param gradientScale more than 0
     * @return a copy
     * @throws InvalidHyperparameterException if the scale is out of range
     */
    public Hyperparameters withGradientScale(double gradientScale) {
        return new Hyperparameters(rectify, learningRate, beta1, beta2, epsilon, epsilonPlacement, weightDecay,
                weightDecayMode, maximize, gradientScale, unrectified, rhoThreshold, rectifyAtThreshold, warmupSteps,
                frozenSteps);
    }
}
