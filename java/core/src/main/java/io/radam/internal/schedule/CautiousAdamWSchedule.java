package io.radam.internal.schedule;

import static io.radam.CautiousAdamWSettings.BETA1;
import static io.radam.CautiousAdamWSettings.BETA2;
import static io.radam.CautiousAdamWSettings.CORRECT_BIAS;
import static io.radam.CautiousAdamWSettings.EPSILON;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** Cautious AdamW: {@code cautious.h}. */
public final class CautiousAdamWSchedule extends LayerwiseByAdam {
    private boolean correctBias;

    CautiousAdamWSchedule() {
        super(true);
    }

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        adam.configure(h, h.get(BETA1), h.get(BETA2), h.get(EPSILON), false, WeightDecay.DECOUPLED);
        correctBias = h.get(CORRECT_BIAS);
    }

    @Override
    void compute(long step) {
        computeAdam(step);
        stepSize = correctBias ? adam.stepSize : (float) learningRate;
    }

    @Override
    void reduce(long length, double[] sums, double[] numbers) {
        adam.stepSize = reduced(cautiousFactor(sums[0], length), stepSize);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.CautiousAdamW(step, learningRate, gradScale, decay, stepSize, adam.epsilon);
    }
}
