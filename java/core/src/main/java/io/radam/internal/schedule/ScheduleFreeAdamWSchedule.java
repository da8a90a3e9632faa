package io.radam.internal.schedule;

import static io.radam.ScheduleFreeAdamWSettings.BETA1;
import static io.radam.ScheduleFreeAdamWSettings.BETA2;
import static io.radam.ScheduleFreeAdamWSettings.EPSILON;
import static io.radam.ScheduleFreeAdamWSettings.INNER_MOMENTUM;
import static io.radam.ScheduleFreeAdamWSettings.R;
import static io.radam.ScheduleFreeAdamWSettings.RECTIFY;
import static io.radam.ScheduleFreeAdamWSettings.SILENT_SGD_PHASE;
import static io.radam.ScheduleFreeAdamWSettings.WARMUP_STEPS;
import static io.radam.ScheduleFreeAdamWSettings.WEIGHT_LR_POWER;

import io.radam.Coefficients;
import io.radam.Coefficients.Mode;
import io.radam.Hyperparameters;
import io.radam.Unrectified;
import io.radam.internal.ffi.RadamH;

/** Schedule-Free AdamW and RAdam: {@code schedulefree_adamw.h}. */
public final class ScheduleFreeAdamWSchedule extends Schedule {
    private static final double RHO_THRESHOLD = 4;

    /** The Adam or RAdam whose second moment, epsilon and rectification these are. */
    private final AdamSchedule adam = new AdamSchedule();
    private final BetaPower innerPower = new BetaPower();
    private final BetaPower beta2Power = new BetaPower();
    private final ScheduleFreeWeights weights = new ScheduleFreeWeights();
    private double beta1AsDouble;
    private double beta2AsDouble;
    private double innerAsDouble;
    private double r;
    private double weightLrPower;
    private long warmupSteps;
    private boolean rectify;
    private boolean silent;

    /** What it has in common with Schedule-Free SGD. */
    public final ScheduleFreeMove move = new ScheduleFreeMove();
    /** What the step does with each element. */
    public Mode mode;
    /** Decay rate of the average of gradients. */
    public float innerMomentum;
    /** 1 minus that, rounded once. */
    public float oneMinusInnerMomentum;
    /** Decay rate of the second moment. */
    public float beta2;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta2;
    /** What is added to the denominator. */
    public float epsilon;

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        move.configure(h);
        beta1AsDouble = h.get(BETA1);
        beta2AsDouble = h.get(BETA2);
        innerAsDouble = h.get(INNER_MOMENTUM);
        r = h.get(R);
        weightLrPower = h.get(WEIGHT_LR_POWER);
        warmupSteps = h.get(WARMUP_STEPS);
        rectify = h.get(RECTIFY);
        silent = h.get(SILENT_SGD_PHASE);
        adam.configure(h, innerAsDouble, beta2AsDouble, h.get(EPSILON), true);
        adam.rectify(rectify, Unrectified.MOMENTUM, RHO_THRESHOLD, false);

        innerMomentum = adam.beta1;
        oneMinusInnerMomentum = adam.oneMinusBeta1;
        beta2 = adam.beta2;
        oneMinusBeta2 = adam.oneMinusBeta2;
    }

    @Override
    void compute(long step) {
        adam.compute(step, 1);
        innerPower.compute(innerAsDouble, step);
        beta2Power.compute(beta2AsDouble, step);
        boolean adaptive = adam.rectified;
        boolean isSilent = !adaptive && silent;
        double root = adaptive ? Math.sqrt(beta2Power.complement()) : 1;
        learningRate = ScheduleFreeMove.learningRateAt(learningRate, warmupSteps, step);
        double factor = isSilent ? 0 : adaptive ? adam.rectification : 1;
        // Where unrectified steps have the learning rate itself, that is the largest, from step 1 on.
        double weight = rectify && silent
                ? weights.ofNewestRectified(r, weightLrPower, beta2AsDouble, step)
                : ScheduleFreeWeights.ofNewest(r, weightLrPower, warmupSteps, step);
        mode = adaptive ? Mode.ADAPTIVE : Mode.MOMENTUM;
        move.compute(beta1AsDouble, isSilent ? 0 : weight, learningRate * factor, root / innerPower.complement());
        l2 = move.l2;
        decay = move.decay;
        stepSize = 1;
        epsilon = adam.epsilon;
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        move.write(struct);
        struct.add(innerMomentum);
        struct.add(oneMinusInnerMomentum);
        struct.add(beta2);
        struct.add(oneMinusBeta2);
        struct.add(epsilon);
    }

    @Override
    int mode() {
        return mode == Mode.ADAPTIVE ? RadamH.RADAM_MODE_ADAPTIVE() : RadamH.RADAM_MODE_MOMENTUM();
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.ScheduleFreeAdamW(step, learningRate, gradScale, l2, decay, stepSize, move.ckp1,
                move.rate, move.zRate, move.zDecay, epsilon, mode, adam.rectified, adam.rho, adam.rectification);
    }
}
