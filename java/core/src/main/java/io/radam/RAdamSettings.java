package io.radam;

/**
 * The settings of {@link RAdam} that {@link AdamSettings} and {@link Settings} do not have.
 *
 * @param <B> the builder that has these settings
 */
public interface RAdamSettings<B> extends AdamSettings<B> {
    /** Whether to rectify the learning rate. RAdam is Adam with this set; all presets of {@link RAdam} have it. */
    Hyperparameter<Boolean> RECTIFY = Hyperparameter.flag("rectify");

    /** What a step does while rho is below the threshold; with {@link #RECTIFY} only. */
    Hyperparameter<Unrectified> UNRECTIFIED = Hyperparameter.choice("unrectified", Unrectified.SKIP);

    /**
     * The rho from which on steps are rectified; with {@link #RECTIFY} only. At least 4, because the rectification is
     * not defined below.
     */
    Hyperparameter<Double> RHO_THRESHOLD = Hyperparameter.real("rhoThreshold", 5.0, x -> true, "");

    /** Whether a rho equal to the threshold is rectified; with {@link #RECTIFY} only. */
    Hyperparameter<Boolean> RECTIFY_AT_THRESHOLD = Hyperparameter.flag("rectifyAtThreshold");

    /**
     * What a step does while rho is below the threshold.
     *
     * @param unrectified skip or momentum
     * @return this builder
     */
    default B unrectified(Unrectified unrectified) {
        return set(UNRECTIFIED, unrectified);
    }

    /**
     * The rho from which on steps are rectified.
     *
     * @param rhoThreshold at least 4
     * @return this builder
     */
    default B rhoThreshold(double rhoThreshold) {
        return set(RHO_THRESHOLD, rhoThreshold);
    }

    /**
     * Whether a rho equal to the threshold is rectified.
     *
     * @param rectifyAtThreshold true to rectify it
     * @return this builder
     */
    default B rectifyAtThreshold(boolean rectifyAtThreshold) {
        return set(RECTIFY_AT_THRESHOLD, rectifyAtThreshold);
    }
}
