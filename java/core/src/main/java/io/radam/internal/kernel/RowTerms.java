package io.radam.internal.kernel;

import io.radam.internal.schedule.AdamPSchedule;
import io.radam.internal.schedule.NAdamSchedule;
import io.radam.internal.schedule.ProjectingSchedule;
import io.radam.internal.schedule.SgdPSchedule;
import io.radam.internal.schedule.SgdSchedule;

/** What an algorithm that measures rows multiplies: gradients and updates as its rule has them. */
abstract sealed class RowTerms permits RowTerms.OfAdamP, RowTerms.OfSgdP {
    private final ProjectingSchedule schedule;

    private RowTerms(ProjectingSchedule schedule) {
        this.schedule = schedule;
    }

    static RowTerms of(ProjectingSchedule schedule) {
        return switch (schedule) {
            case AdamPSchedule adamp -> new OfAdamP(adamp);
            case SgdPSchedule sgdp -> new OfSgdP(sgdp);
        };
    }

    /** The factor of gradients. */
    final float gradScale() {
        return schedule.gradScale;
    }

    /**
     * Computes the terms of the first {@code count} elements.
     *
     * @param gradScale the factor of gradients, in place of the schedule's
     * @param gradient  becomes what the rule makes of it
     * @param state     null in place of each buffer that the tensor does not have
     */
    abstract void compute(int count, float gradScale, float[] gradient, float[][] state, float[] updates);

    static final class OfAdamP extends RowTerms {
        private final NAdamSchedule nadam;

        OfAdamP(AdamPSchedule schedule) {
            super(schedule);
            nadam = schedule.nadam;
        }

        @Override
        void compute(int count, float gradScale, float[] gradient, float[][] state, float[] updates) {
            NAdamSchedule s = nadam;
            updates(count, gradScale, s.beta1, s.oneMinusBeta1, s.beta2, s.oneMinusBeta2, s.gradFactor, s.expAvgFactor,
                    s.epsilon, gradient, state[0], state[1], updates);
        }

        private static void updates(int count, float scale, float beta1, float oneMinusBeta1, float beta2,
                float oneMinusBeta2, float gradFactor, float expAvgFactor, float epsilon, float[] gradient,
                float[] expAvg, float[] expAvgSq, float[] updates) {
            for (int i = 0; i < count; i++) {
                float g = Rule.bounded(scale * gradient[i]);
                float m = Rule.average(expAvg[i], g, beta1, oneMinusBeta1);
                float v = Rule.averageOfSquare(expAvgSq[i], g, beta2, oneMinusBeta2);
                gradient[i] = g;
                updates[i] = Math.fma(gradFactor, g, expAvgFactor * m) / ((float) Math.sqrt(v) + epsilon);
            }
        }
    }

    static final class OfSgdP extends RowTerms {
        private final SgdSchedule sgd;

        OfSgdP(SgdPSchedule schedule) {
            super(schedule);
            sgd = schedule.sgd;
        }

        @Override
        void compute(int count, float gradScale, float[] gradient, float[][] state, float[] updates) {
            SgdSchedule s = sgd;
            if (state[0] == null) {
                gradients(count, gradScale, gradient, updates);
            } else {
                updates(count, gradScale, s.momentum, s.oneMinusDampening, s.nesterov, gradient, state[0], updates);
            }
        }

        private static void gradients(int count, float scale, float[] gradient, float[] updates) {
            for (int i = 0; i < count; i++) {
                float g = Rule.bounded(scale * gradient[i]);
                gradient[i] = g;
                updates[i] = g;
            }
        }

        private static void updates(int count, float scale, float momentum, float oneMinusDampening, float nesterov,
                float[] gradient, float[] momentumBuffer, float[] updates) {
            for (int i = 0; i < count; i++) {
                float g = Rule.bounded(scale * gradient[i]);
                float b = Math.fma(momentum, momentumBuffer[i], oneMinusDampening * g);
                gradient[i] = g;
                updates[i] = nesterov == 0 ? b : Math.fma(nesterov, b, g);
            }
        }
    }
}
