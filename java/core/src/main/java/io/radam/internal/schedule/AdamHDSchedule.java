package io.radam.internal.schedule;

import static io.radam.AdamHDSettings.BETA1;
import static io.radam.AdamHDSettings.BETA2;
import static io.radam.AdamHDSettings.EPSILON;
import static io.radam.AdamHDSettings.HYPERGRAD_LR;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** Adam with hypergradient descent: {@code adam_hd.h}. */
public final class AdamHDSchedule extends LayerwiseByAdam {
    private double beta1AsDouble;
    private double beta2AsDouble;
    private double hypergradLrAsDouble;
    private float hypergradLr;
    private float scale;

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        beta1AsDouble = h.get(BETA1);
        beta2AsDouble = h.get(BETA2);
        hypergradLrAsDouble = h.get(HYPERGRAD_LR);
        adam.configure(h, beta1AsDouble, beta2AsDouble, h.get(EPSILON), false, WeightDecay.L2);
    }

    @Override
    void compute(long step) {
        hypergradLr = 0;
        if (step > 1) {
            adam.beta1Power.compute(beta1AsDouble, step - 1);
            adam.beta2Power.compute(beta2AsDouble, step - 1);
            hypergradLr = (float) (hypergradLrAsDouble * correction());
        }
        computeAdam(step);
        stepSize = adam.stepSize;
        scale = (float) correction();
    }

    /** By what Adam's update is multiplied in the step of the powers, besides the learning rate. */
    private double correction() {
        return Math.sqrt(adam.beta2Power.complement()) / adam.beta1Power.complement();
    }

    @Override
    void reduce(long length, double[] sums, double[] numbers) {
        adam.stepSize = descend(hypergradLr, scale, sums[0], numbers);
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(hypergradLr);
        struct.add(scale);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.AdamHD(step, learningRate, gradScale, l2, stepSize, adam.epsilon, hypergradLr, scale);
    }
}
