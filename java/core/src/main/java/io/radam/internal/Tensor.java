package io.radam.internal;

import io.radam.DType;
import io.radam.Parameter;
import io.radam.Rounding;
import io.radam.StateType;
import java.lang.foreign.MemorySegment;

/**
 * One tensor as a step sees it: {@code radam_tensor} of {@code radam.h}, with the memory of its owner. What a segment is
 * null for, the tensor does not have.
 */
public final class Tensor {
    /** Order of the moments in arrays of them. */
    public static final int EXP_AVG = 0;
    /** Likewise. */
    public static final int EXP_AVG_SQ = 1;
    /** Likewise. */
    public static final int MAX_EXP_AVG_SQ = 2;

    final DType valuesType;
    final DType gradientType;
    final DType copyType;
    final Rounding rounding;
    final StateType stateType;
    final Rounding stateRounding;
    final long length;
    final long seed;
    final float averageRate;
    final MemorySegment values;
    final MemorySegment gradient;
    final MemorySegment copy;
    final MemorySegment average;
    final MemorySegment[] moments;
    final MemorySegment[] scales;

    private final boolean alwaysPlain;
    /** Of the stepper that adopted it. */
    MemorySegment struct;

    // Of the present step.
    long step;
    float clipValue;
    boolean zeroGradient;
    boolean plain;

    /**
     * A tensor.
     *
     * @param parameter tells the types
     * @param memory    its values, gradient, copy and average, as all threads of a step may use them
     * @param moments   as ordered by the constants
     * @param scales    likewise; null each but under BLOCK8
     */
    public Tensor(Parameter parameter, MemorySegment[] memory, StateType stateType, Rounding stateRounding,
            MemorySegment[] moments, MemorySegment[] scales, long seed) {
        valuesType = parameter.valuesType();
        gradientType = parameter.gradientType();
        copyType = parameter.copyType();
        rounding = parameter.rounding();
        length = parameter.length();
        averageRate = (float) (1 - parameter.averageDecay());
        values = memory[0];
        gradient = memory[1];
        copy = memory[2];
        average = memory[3];
        this.stateType = stateType;
        this.stateRounding = stateRounding;
        this.moments = moments;
        this.scales = scales;
        this.seed = seed;
        alwaysPlain = valuesType == DType.FLOAT32 && gradientType == DType.FLOAT32 && stateType == StateType.FLOAT32
                && copy == null && average == null;
    }

    /**
     * What the next step does with it.
     *
     * @param step         the step number, counted from 1
     * @param clipValue    0 for none
     * @param zeroGradient whether the gradient is set to zero
     */
    public void setStep(long step, float clipValue, boolean zeroGradient) {
        this.step = step;
        this.clipValue = clipValue;
        this.zeroGradient = zeroGradient;
        plain = alwaysPlain && clipValue == 0 && !zeroGradient;
    }
}
