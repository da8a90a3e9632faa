package io.radam.internal;

import io.radam.Hyperparameters;

/**
 * Computes the coefficients of steps by one set of hyperparameters, for a backend that takes them from here. For one
 * thread at a time; allocates nothing.
 */
public abstract sealed class Stepper permits HostStepper, CudaStepper {
    final JavaSchedule schedule = new JavaSchedule();
    private Hyperparameters hyperparameters;

    /** The hyperparameters of all steps prepared from now on. */
    public final void configure(Hyperparameters hyperparameters) {
        this.hyperparameters = hyperparameters;
    }

    /** What gradients are multiplied by, beside their hyperparameter, in all steps prepared from now on. */
    public final void setGradientFactor(double factor) {
        schedule.gradientFactor = factor;
    }

    /** Computes the coefficients of a step, counted from 1. */
    public void prepare(long step) {
        schedule.compute(hyperparameters, step);
    }
}
