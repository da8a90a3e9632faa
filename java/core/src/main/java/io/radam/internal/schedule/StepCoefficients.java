package io.radam.internal.schedule;

import io.radam.Hyperparameters;
import java.lang.foreign.MemorySegment;

/** The coefficients of one step at a time, by one group's hyperparameters. For one thread at a time; allocates nothing. */
public final class StepCoefficients {
    private final AdamSchedule schedule = new AdamSchedule();
    private final CoefficientStruct struct = new CoefficientStruct();
    private Hyperparameters hyperparameters;

    /** The hyperparameters of all steps computed from now on. */
    public void configure(Hyperparameters hyperparameters) {
        this.hyperparameters = hyperparameters;
    }

    /** What gradients are multiplied by, beside their hyperparameter, in all steps computed from now on. */
    public void setGradientFactor(double factor) {
        schedule.gradientFactor = factor;
    }

    /** Computes the coefficients of a step, counted from 1. */
    public void compute(long step) {
        schedule.compute(hyperparameters, step);
    }

    /** Writes the latest coefficients into a {@code radam_coefficients}. */
    public void write(MemorySegment coefficients) {
        struct.write(schedule, coefficients);
    }

    /** The latest coefficients. */
    public AdamSchedule schedule() {
        return schedule;
    }
}
