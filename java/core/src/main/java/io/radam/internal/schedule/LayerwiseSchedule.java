package io.radam.internal.schedule;

/**
 * A schedule of a layer-wise algorithm: {@code layerwise.h}. Its own coefficients say what is summed over each tensor.
 * From the sums follow coefficients of another algorithm, by which the tensor is stepped.
 */
public abstract sealed class LayerwiseSchedule extends Schedule permits LayerwiseByAdam, LarsSchedule {
    /** That of the algorithm whose kernels make the step. */
    public abstract Schedule stepped();

    /** Whether sums depend on state: {@code kSummedBuffers}. */
    public boolean sumsReadState() {
        return true;
    }

    /** Has the coefficients of {@link #stepped} follow from the sums over a tensor. */
    abstract void reduce(long length, double first, double second);

    /** A coefficient times a factor. It may not become infinite. */
    static float reduced(double factor, float coefficient) {
        return (float) Math.clamp(factor * coefficient, -0x1p126, 0x1p126);
    }
}
