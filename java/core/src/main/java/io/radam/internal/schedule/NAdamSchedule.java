package io.radam.internal.schedule;

import static io.radam.NAdamSettings.BETA1;
import static io.radam.NAdamSettings.BETA2;
import static io.radam.NAdamSettings.EPSILON;
import static io.radam.NAdamSettings.MOMENTUM_DECAY;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** NAdam and NAdamW: {@code nadam_schedule.h}. */
public final class NAdamSchedule extends Schedule {
    private final BetaPower beta1Power = new BetaPower();
    private final BetaPower beta2Power = new BetaPower();
    private final MomentumLack lack = new MomentumLack();

    private double beta1AsDouble;
    private double beta2AsDouble;
    private double epsilonAsDouble;
    private double momentumDecay;
    private WeightDecay weightDecayMode;

    /** The factor of the gradient in the update's numerator. */
    public float gradFactor;
    /** The factor of the first moment there. */
    public float expAvgFactor;
    /** Decay rate of the first moment. */
    public float beta1;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta1;
    /** Decay rate of the second moment. */
    public float beta2;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta2;
    /** What is added to the denominator. */
    public float epsilon;
    private double momentum;
    private double product;

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        beta1AsDouble = h.get(BETA1);
        beta2AsDouble = h.get(BETA2);
        epsilonAsDouble = h.get(EPSILON);
        momentumDecay = h.get(MOMENTUM_DECAY);
        weightDecayMode = h.get(Hyperparameters.WEIGHT_DECAY_MODE);

        beta1 = (float) beta1AsDouble;
        oneMinusBeta1 = (float) (1 - beta1AsDouble);
        beta2 = (float) beta2AsDouble;
        oneMinusBeta2 = (float) (1 - beta2AsDouble);
    }

    @Override
    void compute(long step) {
        double t = (double) step;
        beta1Power.compute(beta1AsDouble, step);
        beta2Power.compute(beta2AsDouble, step);
        lack.compute(momentumDecay, step);
        double sqrtBiasCorrection2 = Math.sqrt(beta2Power.complement());
        double lackNow = MomentumLack.at(momentumDecay, t);
        double nextLack = MomentumLack.at(momentumDecay, t + 1);
        double oneMinusMomentum = (1 - beta1AsDouble) + beta1AsDouble * lackNow;
        double nextMomentum = beta1AsDouble * (1 - nextLack);
        double oneMinusNextMomentum = (1 - beta1AsDouble) + beta1AsDouble * nextLack;
        momentum = beta1AsDouble * (1 - lackNow);
        product = beta1Power.power() * (1 - lack.ofProduct());
        double oneMinusProduct = beta1Power.complement() + beta1Power.power() * lack.ofProduct();
        double oneMinusNextProduct = oneMinusProduct + product * oneMinusNextMomentum;

        decay(weightDecayMode);
        stepSize = (float) (learningRate * sqrtBiasCorrection2);
        gradFactor = (float) (oneMinusMomentum / oneMinusProduct);
        expAvgFactor = (float) (nextMomentum / oneMinusNextProduct);
        epsilon = (float) (epsilonAsDouble * sqrtBiasCorrection2);
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(gradFactor);
        struct.add(expAvgFactor);
        struct.add(beta1);
        struct.add(oneMinusBeta1);
        struct.add(beta2);
        struct.add(oneMinusBeta2);
        struct.add(epsilon);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.NAdam(step, learningRate, gradScale, l2, decay, stepSize, gradFactor, expAvgFactor,
                epsilon, momentum, product);
    }
}
