package io.radam;

/**
 * The settings of {@link YellowFin} that {@link Settings} does not have. Weight decay is always added to the gradient,
 * once that is measured.
 *
 * @param <B> the builder that has these settings
 */
public interface YellowFinSettings<B> {
    /** The momentum of step 1, in [0, 1). */
    Hyperparameter<Double> MOMENTUM = Hyperparameter.rate("momentum", 0.0);

    /** Decay rate of all averages, in [0, 1). */
    Hyperparameter<Double> BETA = Hyperparameter.rate("beta", 0.999);

    /** Of how many steps the largest and smallest curvatures are, from 1 to 64. */
    Hyperparameter<Long> CURV_WIN_WIDTH =
            Hyperparameter.count("curvWinWidth", 20, x -> x >= 1 && x <= 64, "from 1 to 64");

    /** The norm that all gradients of a group together are cut to; 0: they are not. */
    Hyperparameter<Double> CLIP_THRESHOLD = Hyperparameter.zeroOrPositive("clipThreshold");

    /** Without a threshold, how many times the root of the largest curvature that norm may be; 0: any. */
    Hyperparameter<Double> AUTO_CLIP_FACTOR = Hyperparameter.zeroOrPositive("autoClipFactor");

    /** Whether gradients that explode are cut, and the move of a step is limited. */
    Hyperparameter<Boolean> ADAPT_CLIP = Hyperparameter.flag("adaptClip");

    /** Whether averages are corrected for their beginning at 0. */
    Hyperparameter<Boolean> ZERO_DEBIAS = Hyperparameter.flag("zeroDebias");

    /** Whether the averages of curvatures are geometric; otherwise they are arithmetic. */
    Hyperparameter<Boolean> LOG_SMOOTH = Hyperparameter.flag("logSmooth");

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of YellowFin's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if YellowFin does not have it
     */
    <T> B set(Hyperparameter<T> hyperparameter, T value);

    /**
     * The momentum of step 1, from which on it is tuned.
     *
     * @param momentum in [0, 1)
     * @return this builder
     */
    default B momentum(double momentum) {
        return set(MOMENTUM, momentum);
    }

    /**
     * The decay rate of all averages.
     *
     * @param beta in [0, 1)
     * @return this builder
     */
    default B beta(double beta) {
        return set(BETA, beta);
    }

    /**
     * Of how many steps the largest and smallest curvatures are.
     *
     * @param curvWinWidth from 1 to 64
     * @return this builder
     */
    default B curvWinWidth(long curvWinWidth) {
        return set(CURV_WIN_WIDTH, curvWinWidth);
    }

    /**
     * The norm that all gradients of a group together are cut to before they are measured.
     *
     * @param clipThreshold above 0, or 0 not to do so
     * @return this builder
     */
    default B clipThreshold(double clipThreshold) {
        return set(CLIP_THRESHOLD, clipThreshold);
    }

    /**
     * How many times the root of the largest curvature that norm may be, without a threshold.
     *
     * @param autoClipFactor above 0, or 0 for any
     * @return this builder
     */
    default B autoClipFactor(double autoClipFactor) {
        return set(AUTO_CLIP_FACTOR, autoClipFactor);
    }

    /**
     * Cuts gradients that explode, and limits the move of a step to 100.
     *
     * @param adaptClip true to do so
     * @return this builder
     */
    default B adaptClip(boolean adaptClip) {
        return set(ADAPT_CLIP, adaptClip);
    }

    /**
     * Corrects averages for their beginning at 0.
     *
     * @param zeroDebias true to do so
     * @return this builder
     */
    default B zeroDebias(boolean zeroDebias) {
        return set(ZERO_DEBIAS, zeroDebias);
    }

    /**
     * Whether the averages of curvatures are geometric. Set it before training: the averages go on as they are.
     *
     * @param logSmooth true for geometric ones
     * @return this builder
     */
    default B logSmooth(boolean logSmooth) {
        return set(LOG_SMOOTH, logSmooth);
    }
}
