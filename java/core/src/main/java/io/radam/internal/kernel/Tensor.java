package io.radam.internal.kernel;

import io.radam.AverageDecay;
import io.radam.DType;
import io.radam.InvalidParameterException;
import io.radam.Parameter;
import io.radam.Rounding;
import io.radam.StateType;
import io.radam.internal.schedule.ProjectingSchedule;
import io.radam.internal.schedule.StepCoefficients;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * One tensor as a step sees it: {@code radam_tensor} of {@code radam.h}, with its memory. A segment is null if the
 * tensor does not have it.
 */
public final class Tensor {
    final DType valuesType;
    final DType gradientType;
    final DType copyType;
    final Rounding rounding;
    final StateType stateType;
    final Rounding stateRounding;
    final long length;
    long seed;
    /** Whether a step writes the update over the gradient, and leaves the values. */
    final boolean updatesGradient;
    final long first;
    private final AverageDecay averageDecay;
    MemorySegment values;
    MemorySegment gradient;
    /** The array of floats that the values are in; null if they are in other memory, or in a read-only segment. */
    float[] valuesArray;
    /** Likewise of the gradient. */
    float[] gradientArray;
    final MemorySegment copy;
    final MemorySegment lowerHalves;
    final MemorySegment average;
    /** Whether the average is the slow weights of Lookahead. */
    final boolean lookahead;
    /** The means of rows of the gradient, which steps subtract from it; null if they do not. */
    final MemorySegment gradientMeans;
    final long rowLength;
    /** The sums of rows, and the decays of rows that follow; null unless the algorithm measures rows. */
    final MemorySegment rowSums;
    final MemorySegment rowDecay;
    final MemorySegment[] state;
    final MemorySegment[] scales;
    /** The addresses of native state; 0 where there is none. */
    final long[] stateAddresses;

    private final boolean alwaysPlain;
    /** The C struct of the kernel that adopted the tensor, and its address. */
    MemorySegment struct;
    long structAddress;

    // Of the present step.
    long step;
    float clipValue;
    float averageRate;
    boolean zeroGradient;
    boolean plain;
    /** Whether each row has a decay of its own. */
    boolean decaysRows;

    /**
     * A tensor.
     *
     * @param parameter tells the types
     * @param copy      its copy, as all threads of a step may use it; or null
     * @param lowerHalves likewise
     * @param average   likewise; or the slow weights of Lookahead
     * @param lookahead which of the two
     * @param gradientMeans memory for a float for each row, where the gradient is centralized; or null
     * @param rowSums   memory for the sums of each row, where the algorithm measures them; or null
     * @param rowDecay  likewise for a float for each row
     * @param state     in the order of {@code radam_tensor}; null each that the hyperparameters do not want
     * @param scales    likewise; null each but under BLOCK8
     */
    public Tensor(Parameter parameter, MemorySegment copy, MemorySegment lowerHalves, MemorySegment average,
            boolean lookahead, MemorySegment gradientMeans, MemorySegment rowSums, MemorySegment rowDecay,
            StateType stateType, Rounding stateRounding,
            MemorySegment[] state, MemorySegment[] scales) {
        valuesType = parameter.valuesType();
        gradientType = parameter.gradientType();
        copyType = parameter.copyType();
        rounding = parameter.rounding();
        length = parameter.length();
        averageDecay = parameter.averageDecay();
        first = parameter.first();
        updatesGradient = parameter.updatesGradient();
        this.copy = copy;
        this.lowerHalves = lowerHalves;
        this.average = average;
        this.lookahead = lookahead;
        this.gradientMeans = gradientMeans;
        this.rowSums = rowSums;
        this.rowDecay = rowDecay;
        rowLength = parameter.rowLength();
        this.stateType = stateType;
        this.stateRounding = stateRounding;
        this.state = state;
        this.scales = scales;
        stateAddresses = Arrays.stream(state).mapToLong(each -> each == null ? 0 : each.address()).toArray();
        alwaysPlain = valuesType == DType.FLOAT32 && gradientType == DType.FLOAT32 && stateType == StateType.FLOAT32
                && copy == null && (average == null || lookahead) && gradientMeans == null && !updatesGradient;
    }

    /** Binds values and a gradient, as all threads of a step may use them. */
    public void bind(MemorySegment values, MemorySegment gradient) {
        this.values = values;
        this.gradient = gradient;
        valuesArray = array(values);
        gradientArray = array(gradient);
    }

    private static float[] array(MemorySegment segment) {
        return !segment.isNative() && segment.heapBase().orElse(null) instanceof float[] array ? array : null;
    }

    /**
     * Multiplies what the gradients of this step are clipped to.
     *
     * @return whether that changes anything
     */
    public boolean scaleClipValue(double factor) {
        if (clipValue == 0 || factor == 1) {
            return false;
        }
        clipValue = Math.max(Float.MIN_VALUE, (float) (clipValue * factor)); // 0 would be no clipping
        return true;
    }

    /** What its gradients are clipped to in the present step; 0 for no clipping. */
    public float clipValue() {
        return clipValue;
    }

    /**
     * Sets what the next step does with the tensor.
     *
     * @param step         the step number, counted from 1
     * @param clipValue    0 for none
     * @param zeroGradient whether the gradient is set to zero
     * @param slowRate     with Lookahead, how far the slow weights go towards the values; 0 if nothing is done
     * @return whether the average moves at another rate than in the step before
     * @throws InvalidParameterException if the average has no decay in this step
     */
    public boolean setStep(long step, float clipValue, boolean zeroGradient, float slowRate) {
        float before = averageRate;
        if (lookahead) {
            averageRate = slowRate;
        } else if (averageDecay != null) {
            double decay = averageDecay.decay(step);
            if (!(decay >= 0 && decay <= 1)) {
                throw new InvalidParameterException("the decay of the average in step " + step + " is not in [0, 1]: "
                        + decay);
            }
            averageRate = (float) (1 - decay);
        }
        this.step = step;
        this.clipValue = clipValue;
        this.zeroGradient = zeroGradient;
        plain = alwaysPlain && clipValue == 0 && !zeroGradient && !takesSlowWeights();
        decaysRows = false;
        return averageRate != before;
    }

    /** Whether the algorithm measures its rows. */
    public boolean measuresRows() {
        return rowSums != null;
    }

    /** The number of rows that the algorithm measures. */
    public long measuredRows() {
        return measuresRows() ? length / rowLength : 0;
    }

    /** Copies the sums of its rows from those of many, among which the first is that of a number. */
    public void takeRowSums(MemorySegment all, long row) {
        MemorySegment.copy(all, row * ProjectingSchedule.SUMS * Double.BYTES, rowSums, 0, rowSums.byteSize());
    }

    /** Likewise copies the decays of its rows to those of many. */
    public void putRowDecay(MemorySegment all, long row) {
        MemorySegment.copy(rowDecay, 0, all, row * Float.BYTES, rowDecay.byteSize());
    }

    /** Whether each row has a decay of its own in the present step. */
    public boolean decaysRows() {
        return decaysRows;
    }

    /** Memory for the sums of its rows; null unless the algorithm measures them. */
    public MemorySegment rowSums() {
        return rowSums;
    }

    /**
     * Has the coefficients of the present step, and perhaps decays of the rows, follow from sums of rows.
     *
     * @param sums     of the rows that are looked at together: its own, or those of the whole that it is a slice of
     * @param firstRow the number among them of its first row
     */
    public void reduceRows(StepCoefficients coefficients, MemorySegment sums, long firstRow) {
        decaysRows = coefficients.reduceRows(rowLength, sums, firstRow, rowDecay);
        plain &= !decaysRows;
    }

    /** The number of a row, from the first one of this tensor on, of an element of the whole. */
    long rowOf(long place) {
        return place / rowLength - first / rowLength;
    }

    /** Whether the values take the slow weights of Lookahead in the present step. */
    public boolean takesSlowWeights() {
        return lookahead && averageRate != 0;
    }

    /** How many elements it has. */
    public long length() {
        return length;
    }

    /** The type of the values. */
    public DType valuesType() {
        return valuesType;
    }

    /** The type of the gradient. */
    public DType gradientType() {
        return gradientType;
    }

    /** The parameter's elements. */
    public MemorySegment values() {
        return values;
    }

    /** The gradient's elements. */
    public MemorySegment gradient() {
        return gradient;
    }

    /** Sets the seed of its random bits, before a kernel adopts it. */
    public void setSeed(long seed) {
        this.seed = seed;
    }

    /** What {@code radam.h} calls param_copy: a copy, or lower halves, or null. */
    public MemorySegment copyOrLowerHalves() {
        return lowerHalves == null ? copy : lowerHalves;
    }

    /** 1 - decay of the moving average in the present step, or how far slow weights go. */
    public float averageRate() {
        return averageRate;
    }

    /** The lower halves of the values; null where these are whole. */
    public MemorySegment lowerHalves() {
        return lowerHalves;
    }

    /** The moving average's elements, or the slow weights; null without both. */
    public MemorySegment average() {
        return average;
    }
}
