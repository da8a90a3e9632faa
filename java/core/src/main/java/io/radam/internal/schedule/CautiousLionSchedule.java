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
    void reduce(long length, double stepped, double none, double[] numbers) {
        lion.stepSize = reduced(cautiousFactor(stepped, length), stepSize);
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
