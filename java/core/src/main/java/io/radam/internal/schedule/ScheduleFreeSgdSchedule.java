package io.radam.internal.schedule;

import static io.radam.ScheduleFreeSgdSettings.MOMENTUM;
import static io.radam.ScheduleFreeSgdSettings.R;
import static io.radam.ScheduleFreeSgdSettings.WARMUP_STEPS;
import static io.radam.ScheduleFreeSgdSettings.WEIGHT_LR_POWER;

import io.radam.Coefficients;
import io.radam.Hyperparameters;

/** Schedule-Free SGD: {@code schedulefree_sgd.h}. */
public final class ScheduleFreeSgdSchedule extends Schedule {
    private double momentum;
    private double r;
    private double weightLrPower;
    private long warmupSteps;

    /** What it has in common with Schedule-Free AdamW. */
    public final ScheduleFreeMove move = new ScheduleFreeMove();

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        move.configure(h);
        momentum = h.get(MOMENTUM);
        r = h.get(R);
        weightLrPower = h.get(WEIGHT_LR_POWER);
        warmupSteps = h.get(WARMUP_STEPS);
    }

    @Override
    void compute(long step) {
        learningRate = ScheduleFreeMove.learningRateAt(learningRate, warmupSteps, step);
        double weight = ScheduleFreeWeights.ofNewest(r, weightLrPower, warmupSteps, step);
        move.compute(momentum, weight, learningRate, 1);
        l2 = move.l2;
        decay = move.decay;
        stepSize = 1;
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        move.write(struct);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.ScheduleFreeSGD(step, learningRate, gradScale, l2, decay, stepSize, move.ckp1,
                move.rate, move.zRate, move.zDecay);
    }
}
