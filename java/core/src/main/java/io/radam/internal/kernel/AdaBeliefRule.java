package io.radam.internal.kernel;

import io.radam.Coefficients.Mode;
import io.radam.internal.schedule.AdaBeliefSchedule;

/** AdaBelief. */
final class AdaBeliefRule extends Rule {
    /** Variances beyond this are cut to it: epsilon is added to them again and again. */
    static final float LARGEST = 0x1p127f;

    private final AdaBeliefSchedule schedule;

    AdaBeliefRule(AdaBeliefSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return false;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        AdaBeliefSchedule s = schedule;
        float scale = decayedGradient(count, gradScale, s.l2, values, gradient);
        moveState(count, scale, s.beta1, s.oneMinusBeta1, s.beta2, s.oneMinusBeta2, s.varEpsilon, gradient, state[0],
                state[1]);
        if (state[2] != null) {
            AdamRule.max(count, state[1], state[2]);
        }
        if (s.mode == Mode.ADAPTIVE) {
            AdamRule.move(count, s.stepSize, s.epsilon, s.decay, values, state[0],
                    state[2] != null ? state[2] : state[1]);
        } else {
            AdamRule.move(count, s.stepSize, s.decay, values, state[0]);
        }
    }

    private static void moveState(int count, float scale, float beta1, float oneMinusBeta1, float beta2,
            float oneMinusBeta2, float varEpsilon, float[] gradient, float[] expAvg, float[] expAvgVar) {
        for (int i = 0; i < count; i++) {
            float g = bounded(scale * gradient[i]);
            float m = average(expAvg[i], g, beta1, oneMinusBeta1);
            expAvg[i] = m;
            float s = averageOfSquare(expAvgVar[i], bounded(g - m), beta2, oneMinusBeta2);
            expAvgVar[i] = Math.min(LARGEST, s + varEpsilon);
        }
    }
}
