package io.radam.internal.schedule;

import static io.radam.AdamPSettings.BETA1;
import static io.radam.AdamPSettings.BETA2;
import static io.radam.AdamPSettings.DELTA;
import static io.radam.AdamPSettings.EPSILON;
import static io.radam.AdamPSettings.NESTEROV;
import static io.radam.AdamPSettings.WD_RATIO;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** AdamP: {@code adamp.h}. */
public final class AdamPSchedule extends ProjectingSchedule {
    /** The NAdam whose kernels make the step. */
    public final NAdamSchedule nadam = new NAdamSchedule();
    private final AdamSchedule adam = new AdamSchedule(false);
    private boolean nesterov;

    @Override
    public Schedule stepped() {
        return nadam;
    }

    @Override
    void share(LayerwiseSchedule other) {
        adam.sharePowers(((AdamPSchedule) other).adam);
    }

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        adam.configure(h, h.get(BETA1), h.get(BETA2), h.get(EPSILON), true, WeightDecay.DECOUPLED);
        nesterov = h.get(NESTEROV);
        project(h.get(DELTA), h.get(EPSILON), h.get(WD_RATIO));
    }

    @Override
    void compute(long step) {
        adam.compute(step, 1);
        decay = adam.decay;
        stepSize = adam.stepSize;
        nadam.gradScale = gradScale;
        nadam.decay = decay;
        nadam.stepSize = stepSize;
        nadam.gradFactor = nesterov ? adam.oneMinusBeta1 : 0;
        nadam.expAvgFactor = nesterov ? adam.beta1 : 1;
        nadam.beta1 = adam.beta1;
        nadam.oneMinusBeta1 = adam.oneMinusBeta1;
        nadam.beta2 = adam.beta2;
        nadam.oneMinusBeta2 = adam.oneMinusBeta2;
        nadam.epsilon = adam.epsilon;
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(nadam.gradFactor);
        struct.add(nadam.expAvgFactor);
        struct.add(nadam.beta1);
        struct.add(nadam.oneMinusBeta1);
        struct.add(nadam.beta2);
        struct.add(nadam.oneMinusBeta2);
        struct.add(nadam.epsilon);
        writeProjection(struct);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.AdamP(step, learningRate, gradScale, decay, stepSize, nadam.gradFactor,
                nadam.expAvgFactor, nadam.epsilon);
    }
}
