package io.radam.internal.schedule;

/**
 * A schedule of a layer-wise algorithm: {@code layerwise.h}. Its own coefficients say what is summed over each tensor.
 * From the sums follow coefficients of Adam, by which the tensor is stepped.
 */
public abstract sealed class LayerwiseSchedule extends Schedule permits LambSchedule, StableAdamWSchedule {
    /** The Adam whose kernels make the step. */
    public final AdamSchedule adam = new AdamSchedule();

    /** Has Adam's coefficients follow from the sums over a tensor. */
    abstract void reduce(long length, double first, double second);

    /** Adam's, before the sums are known. */
    final void computeAdam(long step) {
        adam.compute(step, 1);
        adam.gradScale = gradScale;
        l2 = 0;
        decay = adam.decay;
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(adam.beta1);
        struct.add(adam.oneMinusBeta1);
        struct.add(adam.beta2);
        struct.add(adam.oneMinusBeta2);
        struct.add(adam.epsilon);
    }
}
