package io.radam.internal.kernel;

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
    final DType valuesType;
    final DType gradientType;
    final DType copyType;
    final Rounding rounding;
    final StateType stateType;
    final Rounding stateRounding;
    final long length;
    final long seed;
    final long first;
    final float averageRate;
    final MemorySegment values;
    final MemorySegment gradient;
    final MemorySegment copy;
    final MemorySegment average;
    final MemorySegment[] state;
    final MemorySegment[] scales;

    /** Whether a step writes the update over the gradient, and leaves the values. */
    boolean updatesGradient;

    private final boolean alwaysPlain;
    /** Of the kernel that adopted it. */
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
     * @param state     in the order of {@code radam_tensor}; null each that the hyperparameters do not want
     * @param scales    likewise; null each but under BLOCK8
     * @param first     the place of element 0 in the whole, of which the tensor is a slice
     */
    public Tensor(Parameter parameter, MemorySegment[] memory, StateType stateType, Rounding stateRounding,
            MemorySegment[] state, MemorySegment[] scales, long seed, long first) {
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
        this.state = state;
        this.scales = scales;
        this.seed = seed;
        this.first = first;
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
        plain = alwaysPlain && !updatesGradient && clipValue == 0 && !zeroGradient;
    }

    /** The parameter's elements. */
    public MemorySegment values() {
        return values;
    }

    /** The gradient's elements. */
    public MemorySegment gradient() {
        return gradient;
    }

    /** The copy's elements; null without one. */
    public MemorySegment copy() {
        return copy;
    }

    /** The moving average's elements; null without one. */
    public MemorySegment average() {
        return average;
    }
}
