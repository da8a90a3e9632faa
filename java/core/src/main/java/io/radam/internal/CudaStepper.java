package io.radam.internal;

import java.lang.foreign.MemorySegment;

/** Computes the coefficients that a step on a GPU is queued with. */
public final class CudaStepper extends Stepper {
    private final CoefficientStruct struct = new CoefficientStruct();
    private final MemorySegment coefficients;

    /**
     * A stepper.
     *
     * @param coefficients where they are written, a {@code radam_coefficients}
     */
    public CudaStepper(MemorySegment coefficients) {
        this.coefficients = coefficients;
    }

    @Override
    public void prepare(long step) {
        super.prepare(step);
        struct.write(schedule, coefficients);
    }
}
