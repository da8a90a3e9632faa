package io.radam.internal.schedule;

import static io.radam.AdoptSettings.BETA1;
import static io.radam.AdoptSettings.BETA2;
import static io.radam.AdoptSettings.CLIP;
import static io.radam.AdoptSettings.EPSILON;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** ADOPT: {@code adopt.h}. */
public final class AdoptSchedule extends Schedule {
    private WeightDecay weightDecayMode;
    private double beta1AsDouble;
    private double beta2AsDouble;
    private double epsilonAsDouble;
    private boolean clips;

    /** Decay rate of the first moment. */
    public float beta1;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta1;
    /** Decay rate of the second moment. */
    public float beta2;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta2;
    /** The least that a gradient is divided by. */
    public float epsilon;
    /** What the quotient is cut to. */
    public float bound;

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        weightDecayMode = h.get(Hyperparameters.WEIGHT_DECAY_MODE);
        beta1AsDouble = h.get(BETA1);
        beta2AsDouble = h.get(BETA2);
        epsilonAsDouble = h.get(EPSILON);
        clips = h.get(CLIP);
    }

    @Override
    void compute(long step) {
        boolean first = step == 1;
        double rate1 = first ? 1 : beta1AsDouble;
        double rate2 = first ? 0 : beta2AsDouble;
        decay(weightDecayMode);
        if (first) {
            decay = 0;
        }
        stepSize = (float) (first ? 0 : learningRate);
        beta1 = (float) rate1;
        oneMinusBeta1 = (float) (1 - rate1);
        beta2 = (float) rate2;
        oneMinusBeta2 = (float) (1 - rate2);
        epsilon = (float) (first ? 1 : epsilonAsDouble);
        bound = (float) (clips ? Math.sqrt(Math.sqrt((double) (step - 1))) : 0x1p63);
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(beta1);
        struct.add(oneMinusBeta1);
        struct.add(beta2);
        struct.add(oneMinusBeta2);
        struct.add(epsilon);
        struct.add(bound);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.ADOPT(step, learningRate, gradScale, l2, decay, stepSize, epsilon, bound);
    }
}
