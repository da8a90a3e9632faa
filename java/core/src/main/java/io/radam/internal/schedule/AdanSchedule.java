package io.radam.internal.schedule;

import static io.radam.AdanSettings.BETA1;
import static io.radam.AdanSettings.BETA2;
import static io.radam.AdanSettings.BETA3;
import static io.radam.AdanSettings.EPSILON;
import static io.radam.AdanSettings.NO_PROX;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** Adan: {@code adan.h}. */
public final class AdanSchedule extends Schedule {
    private final BetaPower beta1Power = new BetaPower();
    private final BetaPower beta2Power = new BetaPower();
    private final BetaPower beta3Power = new BetaPower();
    private WeightDecay weightDecayMode;
    private double beta1AsDouble;
    private double beta2AsDouble;
    private double beta3AsDouble;
    private double epsilonAsDouble;
    private double weightDecay;
    private boolean noProx;

    /** Decay rate of the average of gradients. */
    public float beta1;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta1;
    /** Decay rate of the average of their differences. */
    public float beta2;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta2;
    /** Decay rate of the second moment. */
    public float beta3;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta3;
    /** The factor of differences: 0 in step 1. */
    public float diffScale;
    /** The factor of their average in the update. */
    public float diffFactor;
    /** What is added to the root. */
    public float epsilon;

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        weightDecayMode = h.get(Hyperparameters.WEIGHT_DECAY_MODE);
        weightDecay = h.weightDecay();
        noProx = h.get(NO_PROX);
        beta1AsDouble = h.get(BETA1);
        beta2AsDouble = h.get(BETA2);
        beta3AsDouble = h.get(BETA3);
        epsilonAsDouble = h.get(EPSILON);
        beta1 = (float) beta1AsDouble;
        oneMinusBeta1 = (float) (1 - beta1AsDouble);
        beta2 = (float) beta2AsDouble;
        oneMinusBeta2 = (float) (1 - beta2AsDouble);
        beta3 = (float) beta3AsDouble;
        oneMinusBeta3 = (float) (1 - beta3AsDouble);
    }

    @Override
    void compute(long step) {
        beta1Power.compute(beta1AsDouble, step);
        beta2Power.compute(beta2AsDouble, step);
        beta3Power.compute(beta3AsDouble, step);
        double sqrtBiasCorrection3 = Math.sqrt(beta3Power.complement());
        double decayAsDouble = weightDecayMode == WeightDecay.L2 ? 0 : learningRate * weightDecay;
        double divisor = noProx ? 1 : 1 + decayAsDouble;
        l2 = (float) (weightDecayMode == WeightDecay.L2 ? weightDecay : 0);
        decay = (float) (decayAsDouble / divisor);
        stepSize = (float) (learningRate * sqrtBiasCorrection3 / beta1Power.complement() / divisor);
        diffScale = step == 1 ? 0 : 1;
        diffFactor = (float) (beta2AsDouble * beta1Power.complement() / beta2Power.complement());
        epsilon = (float) (epsilonAsDouble * sqrtBiasCorrection3);
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(beta1);
        struct.add(oneMinusBeta1);
        struct.add(beta2);
        struct.add(oneMinusBeta2);
        struct.add(beta3);
        struct.add(oneMinusBeta3);
        struct.add(diffScale);
        struct.add(diffFactor);
        struct.add(epsilon);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.Adan(step, learningRate, gradScale, l2, decay, stepSize, diffScale, diffFactor,
                epsilon);
    }
}
