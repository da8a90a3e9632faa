package io.radam.internal.schedule;

import static io.radam.SgdPSettings.DAMPENING;
import static io.radam.SgdPSettings.DELTA;
import static io.radam.SgdPSettings.EPSILON;
import static io.radam.SgdPSettings.MOMENTUM;
import static io.radam.SgdPSettings.NESTEROV;
import static io.radam.SgdPSettings.WD_RATIO;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** SGDP: {@code sgdp.h}. */
public final class SgdPSchedule extends ProjectingSchedule {
    /** The SGD whose kernels make the step. */
    public final SgdSchedule sgd = new SgdSchedule();
    private double momentum;
    private double kept;
    private double weightDecay;

    @Override
    public Schedule stepped() {
        return sgd;
    }

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        momentum = h.get(MOMENTUM);
        kept = 1 - h.get(DAMPENING);
        weightDecay = h.weightDecay();
        sgd.configure(h, momentum, 0, h.get(NESTEROV), WeightDecay.DECOUPLED);
        project(h.get(DELTA), h.get(EPSILON), h.get(WD_RATIO));
    }

    @Override
    void compute(long step) {
        decay = (float) (learningRate / (1 - momentum) * weightDecay);
        // Without a momentum there is no buffer, and dampening is of the step.
        stepSize = (float) (momentum > 0 ? learningRate : learningRate * kept);
        sgd.gradScale = gradScale;
        sgd.decay = decay;
        sgd.stepSize = stepSize;
        sgd.momentum = (float) momentum;
        sgd.oneMinusDampening = (float) (momentum > 0 ? kept : 1);
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(sgd.momentum);
        struct.add(sgd.oneMinusDampening);
        struct.add(sgd.nesterov);
        writeProjection(struct);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.SGDP(step, learningRate, gradScale, decay, stepSize, sgd.momentum,
                sgd.oneMinusDampening, sgd.nesterov);
    }
}
