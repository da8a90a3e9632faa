package io.radam.internal.schedule;

import static io.radam.SgdHDSettings.DAMPENING;
import static io.radam.SgdHDSettings.HYPERGRAD_LR;
import static io.radam.SgdHDSettings.MOMENTUM;
import static io.radam.SgdHDSettings.NESTEROV;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** SGD with hypergradient descent: {@code sgd_hd.h}. */
public final class SgdHDSchedule extends LayerwiseSchedule {
    private final SgdSchedule sgd = new SgdSchedule();
    private float hypergradLr;

    @Override
    public Schedule stepped() {
        return sgd;
    }

    @Override
    boolean sumsGroup() {
        return true;
    }

    /** The number of the buffer that has the last update. */
    public int lastUpdate() {
        return sgd.keepsUpdate ? 1 : 0;
    }

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        // SGD ignores dampening without momentum, since it has no buffer then.
        double dampening = h.get(MOMENTUM) > 0 ? h.get(DAMPENING) : 0;
        sgd.configure(h, h.get(MOMENTUM), dampening, h.get(NESTEROV), WeightDecay.L2);
        sgd.keepsUpdate = sgd.nesterov != 0;
        hypergradLr = (float) (double) h.get(HYPERGRAD_LR);
    }

    @Override
    void compute(long step) {
        sgd.compute(step, 1);
        sgd.gradScale = gradScale;
        l2 = sgd.l2;
        decay = sgd.decay;
        stepSize = sgd.stepSize;
    }

    @Override
    void reduce(long length, double[] sums, double[] numbers) {
        sgd.stepSize = descend(hypergradLr, 1, sums[0], numbers);
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(sgd.momentum);
        struct.add(sgd.oneMinusDampening);
        struct.add(sgd.nesterov);
        struct.add(hypergradLr);
        struct.add(1); // scale
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.SgdHD(step, learningRate, gradScale, l2, stepSize, sgd.momentum, sgd.oneMinusDampening,
                sgd.nesterov, hypergradLr);
    }
}
