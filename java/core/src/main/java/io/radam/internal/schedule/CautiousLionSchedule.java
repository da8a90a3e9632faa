package io.radam.internal.schedule;

import io.radam.Coefficients;
import io.radam.Hyperparameters;

/** Cautious Lion: {@code cautious.h}. */
public final class CautiousLionSchedule extends LayerwiseSchedule {
    /** The Lion whose kernels make the step. */
    public final LionSchedule lion = new LionSchedule(true);

    @Override
    public Schedule stepped() {
        return lion;
    }

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        lion.configure(h);
    }

    @Override
    void compute(long step) {
        lion.compute(step, 1);
        lion.gradScale = gradScale;
        decay = lion.decay;
        stepSize = lion.stepSize;
    }

    @Override
    void reduce(long length, double[] sums, double[] numbers) {
        lion.stepSize = reduced(cautiousFactor(sums[0], length), stepSize);
    }

    /** Those of Lion, before they are reduced. */
    @Override
    void write(CoefficientStruct struct) {
        lion.write(struct, stepSize);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.CautiousLion(step, learningRate, gradScale, decay, stepSize);
    }
}
