package io.radam.internal.schedule;

import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** The coefficients that Schedule-Free algorithms have in common: {@code schedulefree.h}. */
public final class ScheduleFreeMove {
    private boolean isL2;
    private double weightDecay;

    float l2;
    /** Decoupled weight decay: the part of itself that a parameter loses. */
    public float decay;
    /** The weight of the newest iterate in the average of all. */
    public float ckp1;
    /** What moves a parameter. */
    public float rate;
    /** What moves the newest iterate away from it. */
    public float zRate;
    /** Decoupled weight decay: the part of a parameter by which the newest iterate moves away from it. */
    public float zDecay;

    void configure(Hyperparameters h) {
        isL2 = h.get(Hyperparameters.WEIGHT_DECAY_MODE) == WeightDecay.L2;
        weightDecay = h.weightDecay();
    }

    static double learningRateAt(double learningRate, long warmupSteps, long step) {
        return step < warmupSteps ? learningRate * ((double) step / (double) warmupSteps) : learningRate;
    }

    void compute(double b, double weight, double learningRate, double scale) {
        double newest = Math.min(weight, 1);
        double ofY = (1 - b) + b * newest;
        l2 = (float) (isL2 ? weightDecay : 0);
        decay = (float) (isL2 ? 0 : learningRate * ofY * weightDecay);
        ckp1 = (float) newest;
        rate = (float) (learningRate * ofY * scale);
        zRate = (float) (learningRate * b * scale);
        zDecay = (float) (isL2 ? 0 : learningRate * b * weightDecay);
    }

    void write(CoefficientStruct struct) {
        struct.add(ckp1);
        struct.add(rate);
        struct.add(zRate);
        struct.add(zDecay);
    }
}
