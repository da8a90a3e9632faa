package io.radam.internal.schedule;

import static io.radam.QHAdamSettings.BETA1;
import static io.radam.QHAdamSettings.BETA2;
import static io.radam.QHAdamSettings.EPSILON;
import static io.radam.QHAdamSettings.NU1;
import static io.radam.QHAdamSettings.NU2;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** QHAdam: {@code qhadam.h}. */
public final class QHAdamSchedule extends Schedule {
    private final BetaPower beta1Power = new BetaPower();
    private final BetaPower beta2Power = new BetaPower();
    private WeightDecay weightDecayMode;
    private double beta1AsDouble;
    private double beta2AsDouble;

    /** The part that the first moment keeps in this step. */
    public float beta1;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta1;
    /** The part that the second moment keeps in this step. */
    public float beta2;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta2;
    /** The first moment's part of the numerator. */
    public float nu1;
    /** 1 minus that, rounded once. */
    public float oneMinusNu1;
    /** The second moment's part below the root. */
    public float nu2;
    /** 1 minus that, rounded once. */
    public float oneMinusNu2;
    /** What is added to the root. */
    public float epsilon;

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        weightDecayMode = h.get(Hyperparameters.WEIGHT_DECAY_MODE);
        beta1AsDouble = h.get(BETA1);
        beta2AsDouble = h.get(BETA2);
        nu1 = (float) (double) h.get(NU1);
        oneMinusNu1 = (float) (1 - h.get(NU1));
        nu2 = (float) (double) h.get(NU2);
        oneMinusNu2 = (float) (1 - h.get(NU2));
        epsilon = (float) (double) h.get(EPSILON);
    }

    @Override
    void compute(long step) {
        beta1Power.compute(beta1AsDouble, step);
        beta2Power.compute(beta2AsDouble, step);
        decay(weightDecayMode);
        stepSize = (float) learningRate;
        double complement1 = (1 - beta1AsDouble) / beta1Power.complement();
        double complement2 = (1 - beta2AsDouble) / beta2Power.complement();
        beta1 = rate(beta1AsDouble, beta1Power, complement1);
        oneMinusBeta1 = (float) complement1;
        beta2 = rate(beta2AsDouble, beta2Power, complement2);
        oneMinusBeta2 = (float) complement2;
    }

    /** What an average keeps in a step, whose complement is what a new gradient adds to it. */
    static float rate(double beta, BetaPower power, double complement) {
        return (float) (beta < 0.5 ? (beta - power.power()) / power.complement() : 1 - complement);
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(beta1);
        struct.add(oneMinusBeta1);
        struct.add(beta2);
        struct.add(oneMinusBeta2);
        struct.add(nu1);
        struct.add(oneMinusNu1);
        struct.add(nu2);
        struct.add(oneMinusNu2);
        struct.add(epsilon);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.QHAdam(step, learningRate, gradScale, l2, decay, stepSize, beta1, oneMinusBeta1, beta2,
                oneMinusBeta2, epsilon);
    }
}
