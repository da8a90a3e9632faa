package io.radam.internal.schedule;

import static io.radam.AdaBeliefSettings.BETA1;
import static io.radam.AdaBeliefSettings.BETA2;
import static io.radam.AdaBeliefSettings.EPSILON;
import static io.radam.AdaBeliefSettings.FIXED_WEIGHT_DECAY;
import static io.radam.AdaBeliefSettings.RECTIFY;
import static io.radam.AdaBeliefSettings.UNRECTIFIED;

import io.radam.Coefficients;
import io.radam.Coefficients.Mode;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;
import io.radam.internal.ffi.RadamH;

/** AdaBelief: {@code adabelief.h}. */
public final class AdaBeliefSchedule extends Schedule {
    private static final double RHO_THRESHOLD = 5;

    /** The Adam or RAdam that has the same schedule. */
    private final AdamSchedule adam = new AdamSchedule();
    private boolean isL2;
    private boolean isFixedDecay;
    private double weightDecay;

    /** What the step does with each element. */
    public Mode mode;
    /** Decay rate of the first moment. */
    public float beta1;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta1;
    /** Decay rate of the variance. */
    public float beta2;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta2;
    /** What is added to the variance. */
    public float varEpsilon;
    /** What is added to the denominator. */
    public float epsilon;

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        adam.configure(h, h.get(BETA1), h.get(BETA2), h.get(EPSILON), !h.get(RECTIFY));
        adam.rectify(h.get(RECTIFY), h.get(UNRECTIFIED), RHO_THRESHOLD, true);
        isL2 = h.get(Hyperparameters.WEIGHT_DECAY_MODE) == WeightDecay.L2;
        isFixedDecay = h.get(FIXED_WEIGHT_DECAY);
        weightDecay = h.weightDecay();

        beta1 = adam.beta1;
        oneMinusBeta1 = adam.oneMinusBeta1;
        beta2 = adam.beta2;
        oneMinusBeta2 = adam.oneMinusBeta2;
        varEpsilon = (float) (double) h.get(EPSILON);
    }

    @Override
    void compute(long step) {
        adam.compute(step, 1);
        boolean skips = adam.mode == Mode.MOMENTS_ONLY;
        mode = skips ? Mode.MOMENTUM : adam.mode;
        l2 = adam.l2;
        decay = skips ? 0 : isFixedDecay && !isL2 ? (float) weightDecay : adam.decay;
        stepSize = skips ? 0 : adam.stepSize;
        epsilon = adam.epsilon;
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(beta1);
        struct.add(oneMinusBeta1);
        struct.add(beta2);
        struct.add(oneMinusBeta2);
        struct.add(varEpsilon);
        struct.add(epsilon);
    }

    @Override
    int mode() {
        return mode == Mode.ADAPTIVE ? RadamH.RADAM_MODE_ADAPTIVE() : RadamH.RADAM_MODE_MOMENTUM();
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.AdaBelief(step, learningRate, gradScale, l2, decay, stepSize, varEpsilon, epsilon, mode,
                adam.rectified, adam.rho, adam.rectification);
    }
}
