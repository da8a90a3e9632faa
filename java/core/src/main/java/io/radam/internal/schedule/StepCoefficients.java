package io.radam.internal.schedule;

import io.radam.Algorithm;
import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.internal.ffi.RadamH;
import java.lang.foreign.MemorySegment;

/**
 * The coefficients of one step at a time, by one group's hyperparameters. They are computed only where something has
 * changed. For one thread at a time; allocates nothing once it is made.
 */
public final class StepCoefficients {
    private final Algorithm algorithm;
    private final Schedule schedule;
    /** Null until it is wanted, which it never is by the backend in Java: it needs a platform with a linker. */
    private CoefficientStruct struct;
    private Hyperparameters hyperparameters;
    private double gradientFactor = 1;
    /** The step that was computed last; 0 if it was by other hyperparameters. */
    private long step;

    /** Coefficients of an algorithm's steps. */
    public StepCoefficients(Algorithm algorithm) {
        this.algorithm = algorithm;
        schedule = Schedule.of(algorithm);
    }

    /** The algorithm of all of them. */
    public Algorithm algorithm() {
        return algorithm;
    }

    /** What C calls an algorithm. */
    public static int nativeId(Algorithm algorithm) {
        return switch (algorithm) {
            case ADAM -> RadamH.RADAM_ALGORITHM_ADAM();
            case SGD -> RadamH.RADAM_ALGORITHM_SGD();
            case LION -> RadamH.RADAM_ALGORITHM_LION();
        };
    }

    /** The coefficients of one step, counted from 1. */
    public static Coefficients at(Hyperparameters hyperparameters, long step) {
        StepCoefficients coefficients = new StepCoefficients(hyperparameters.algorithm());
        coefficients.configure(hyperparameters);
        coefficients.compute(step);
        return coefficients.schedule.coefficients();
    }

    /** The hyperparameters of all steps computed from now on. */
    public void configure(Hyperparameters hyperparameters) {
        if (this.hyperparameters != hyperparameters) {
            this.hyperparameters = hyperparameters;
            schedule.configure(hyperparameters);
            step = 0;
        }
    }

    /** What gradients are multiplied by, beside their hyperparameter, in all steps computed from now on. */
    public void setGradientFactor(double factor) {
        if (gradientFactor != factor) {
            gradientFactor = factor;
            step = 0;
        }
    }

    /** Computes the coefficients of a step, counted from 1. */
    public void compute(long step) {
        if (this.step != step) {
            this.step = step;
            schedule.compute(step, gradientFactor);
        }
    }

    /** Writes the latest coefficients into a {@code radam_coefficients}. */
    public void write(MemorySegment coefficients) {
        if (struct == null) {
            struct = new CoefficientStruct(algorithm);
        }
        struct.write(schedule, coefficients);
    }

    /** The latest coefficients. */
    public Schedule schedule() {
        return schedule;
    }
}
