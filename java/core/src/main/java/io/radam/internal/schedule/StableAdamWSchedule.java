package io.radam.internal.schedule;

import static io.radam.StableAdamWSettings.BETA1;
import static io.radam.StableAdamWSettings.BETA2;
import static io.radam.StableAdamWSettings.CLIP_THRESHOLD;
import static io.radam.StableAdamWSettings.EPSILON;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** StableAdamW: {@code stableadamw.h}. */
public final class StableAdamWSchedule extends LayerwiseByAdam {
    private double beta1AsDouble;
    private double beta2AsDouble;
    private float clipThreshold;

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        beta1AsDouble = h.get(BETA1);
        beta2AsDouble = h.get(BETA2);
        adam.configure(h, beta1AsDouble, beta2AsDouble, h.get(EPSILON), false, WeightDecay.DECOUPLED);
        clipThreshold = (float) (double) h.get(CLIP_THRESHOLD);
    }

    @Override
    void compute(long step) {
        computeAdam(step);
        stepSize = (float) learningRate;
        // As QHAdam's, which need no bias correction.
        double complement1 = (1 - beta1AsDouble) / adam.beta1Power.complement();
        double complement2 = (1 - beta2AsDouble) / adam.beta2Power.complement();
        adam.beta1 = QHAdamSchedule.rate(beta1AsDouble, adam.beta1Power, complement1);
        adam.oneMinusBeta1 = (float) complement1;
        adam.beta2 = QHAdamSchedule.rate(beta2AsDouble, adam.beta2Power, complement2);
        adam.oneMinusBeta2 = (float) complement2;
    }

    @Override
    void reduce(long length, double[] sums, double[] numbers) {
        double excess = Math.sqrt(sums[0] / (double) length) / clipThreshold;
        boolean slower = excess > 1;
        adam.stepSize = slower ? (float) (stepSize / excess) : stepSize;
        adam.decay = slower ? (float) (decay / excess) : decay;
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(clipThreshold);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.StableAdamW(step, learningRate, gradScale, decay, stepSize, adam.beta1,
                adam.oneMinusBeta1, adam.beta2, adam.oneMinusBeta2, adam.epsilon);
    }
}
