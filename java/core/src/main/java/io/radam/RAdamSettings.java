package io.radam;

/**
 * What can be set for {@link RAdam}, beside {@link AdamSettings} and {@link Settings}.
 *
 * @param <B> the builder that has these settings
 */
public interface RAdamSettings<B> extends AdamSettings<B> {
    /** Whether to rectify the learning rate. This is what makes Adam RAdam: its builders have set it. */
    Hyperparameter<Boolean> RECTIFY = Hyperparameter.flag("rectify");

    /** What a step does while rho is below the threshold; with {@link #RECTIFY} only. */
    Hyperparameter<Unrectified> UNRECTIFIED = Hyperparameter.choice("unrectified", Unrectified.SKIP);

    /**
     * The rho from which on steps are rectified: at least 4, below which the rectification is not defined; with
     * {@link #RECTIFY} only.
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
