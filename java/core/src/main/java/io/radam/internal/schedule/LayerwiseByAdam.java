package io.radam.internal.schedule;

/** A layer-wise algorithm that steps by Adam. */
public abstract sealed class LayerwiseByAdam extends LayerwiseSchedule
        permits LambSchedule, StableAdamWSchedule, CautiousAdamWSchedule, AdamHDSchedule {
    /** The Adam whose kernels make the step. */
    public final AdamSchedule adam;

    LayerwiseByAdam() {
        this(false);
    }

    LayerwiseByAdam(boolean cautious) {
        adam = new AdamSchedule(cautious);
    }

    @Override
    public final Schedule stepped() {
        return adam;
    }

    @Override
    final void share(LayerwiseSchedule other) {
        adam.sharePowers(((LayerwiseByAdam) other).adam);
    }

    /** Adam's coefficients, before the sums are known. */
    final void computeAdam(long step) {
        adam.compute(step, 1);
        adam.gradScale = gradScale;
        l2 = adam.l2;
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
