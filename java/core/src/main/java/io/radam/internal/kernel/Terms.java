package io.radam.internal.kernel;

import io.radam.internal.schedule.AdamHDSchedule;
import io.radam.internal.schedule.AdamSchedule;
import io.radam.internal.schedule.CautiousAdamWSchedule;
import io.radam.internal.schedule.CautiousLionSchedule;
import io.radam.internal.schedule.LambSchedule;
import io.radam.internal.schedule.LarsSchedule;
import io.radam.internal.schedule.LayerwiseSchedule;
import io.radam.internal.schedule.NovoGradSchedule;
import io.radam.internal.schedule.ProjectingSchedule;
import io.radam.internal.schedule.SgdHDSchedule;
import io.radam.internal.schedule.StableAdamWSchedule;
import io.radam.internal.schedule.YellowFinSchedule;

/** What a layer-wise algorithm sums the squares of, or the products of two: the lines of {@code radam.h}. */
abstract sealed class Terms permits Terms.OfLamb, Terms.OfLars, Terms.OfStableAdamW, Terms.OfCautiousAdamW,
        Terms.OfCautiousLion, Terms.OfNovoGrad, Terms.OfSgdHD, Terms.OfAdamHD, Terms.OfYellowFin {
    /** Whether they depend on state. */
    final boolean readState;
    /** The number of sums. */
    final int sums;
    /** Whether products are summed, of two terms each. */
    final boolean areProducts;

    private final LayerwiseSchedule steps;

    private Terms(LayerwiseSchedule schedule, int sums, boolean areProducts) {
        readState = schedule.sumsReadState();
        this.sums = sums;
        this.areProducts = areProducts;
        steps = schedule;
    }

    static Terms of(LayerwiseSchedule schedule) {
        return switch (schedule) {
            case AdamHDSchedule adam -> new OfAdamHD(adam);
            case LambSchedule lamb -> new OfLamb(lamb);
            case LarsSchedule lars -> new OfLars(lars);
            case NovoGradSchedule novograd -> new OfNovoGrad(novograd);
            case SgdHDSchedule sgd -> new OfSgdHD(sgd);
            case YellowFinSchedule yellowFin -> new OfYellowFin(yellowFin);
            case StableAdamWSchedule stable -> new OfStableAdamW(stable);
            case CautiousAdamWSchedule adamw -> new OfCautiousAdamW(adamw);
            case CautiousLionSchedule lion -> new OfCautiousLion(lion);
            case ProjectingSchedule projecting -> throw new AssertionError("it measures rows: " + projecting);
        };
    }

    /** The factor of gradients, which the schedule of the step may have multiplied by the ratio of another tensor. */
    final float gradScale() {
        return steps.gradScale;
    }

    /**
     * Computes the terms of the first {@code count} elements, of one sum after the other.
     *
     * @param gradScale the factor of gradients, in place of the schedule's
     * @param gradient  is changed
     * @param state     may be changed
     * @param terms     for each sum, an array for its terms; of products those that {@link #left} and {@link #right}
     *                  say
     */
    abstract void compute(int count, float gradScale, float[] values, float[] gradient, float[][] state,
            float[][] terms);

    /** The number of the array whose terms are multiplied by those of another, in a sum of products. */
    int left(int sum) {
        return 2 * sum;
    }

    /** The number of that other array. */
    int right(int sum) {
        return 2 * sum + 1;
    }

    private static void moveMoments(int count, float gradScale, AdamSchedule s, float[] gradient, float[][] state) {
        Rule.moveMoments(count, gradScale, s.beta1, s.oneMinusBeta1, s.beta2, s.oneMinusBeta2, gradient, state[0],
                state[1]);
    }

    static final class OfLamb extends Terms {
        private final LambSchedule schedule;

        OfLamb(LambSchedule schedule) {
            super(schedule, 2, false);
            this.schedule = schedule;
        }

        @Override
        void compute(int count, float gradScale, float[] values, float[] gradient, float[][] state, float[][] terms) {
            AdamSchedule adam = schedule.adam;
            moveMoments(count, gradScale, adam, gradient, state);
            System.arraycopy(values, 0, terms[0], 0, count);
            updates(count, schedule.updateScale, schedule.weightDecay, adam.epsilon, values, state[0], state[1],
                    terms[1]);
        }

        private static void updates(int count, float scale, float weightDecay, float epsilon, float[] values,
                float[] expAvg, float[] expAvgSq, float[] updates) {
            for (int i = 0; i < count; i++) {
                updates[i] = Math.fma(scale, expAvg[i] / ((float) Math.sqrt(expAvgSq[i]) + epsilon),
                        weightDecay * values[i]);
            }
        }
    }

    static final class OfLars extends Terms {
        private final LarsSchedule schedule;

        OfLars(LarsSchedule schedule) {
            super(schedule, 2, false);
            this.schedule = schedule;
        }

        @Override
        void compute(int count, float gradScale, float[] values, float[] gradient, float[][] state, float[][] terms) {
            System.arraycopy(values, 0, terms[0], 0, count);
            gradients(count, gradScale, schedule.normL2, values, gradient, terms[1]);
        }

        private static void gradients(int count, float scale, float l2, float[] values, float[] gradient,
                float[] gradients) {
            for (int i = 0; i < count; i++) {
                gradients[i] = Rule.bounded(Math.fma(l2, values[i], scale * gradient[i]));
            }
        }
    }

    static final class OfNovoGrad extends Terms {
        private final NovoGradSchedule schedule;

        OfNovoGrad(NovoGradSchedule schedule) {
            super(schedule, 1, false);
            this.schedule = schedule;
        }

        @Override
        void compute(int count, float gradScale, float[] values, float[] gradient, float[][] state, float[][] terms) {
            gradients(count, gradScale, gradient, terms[0]);
        }

        private static void gradients(int count, float scale, float[] gradient, float[] gradients) {
            for (int i = 0; i < count; i++) {
                gradients[i] = Rule.bounded(scale * gradient[i]);
            }
        }
    }

    /** The gradients as rules have them. */
    private static void decayed(int count, float scale, float l2, float[] values, float[] gradient, float[] decayed) {
        if (l2 == 0) {
            for (int i = 0; i < count; i++) {
                decayed[i] = Rule.bounded(scale * gradient[i]);
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            decayed[i] = Rule.bounded(Math.fma(l2, values[i], scale * gradient[i]));
        }
    }

    static final class OfSgdHD extends Terms {
        private final SgdHDSchedule schedule;

        OfSgdHD(SgdHDSchedule schedule) {
            super(schedule, 1, true);
            this.schedule = schedule;
        }

        @Override
        void compute(int count, float gradScale, float[] values, float[] gradient, float[][] state, float[][] terms) {
            decayed(count, gradScale, schedule.l2, values, gradient, terms[0]);
            System.arraycopy(state[schedule.lastUpdate()], 0, terms[1], 0, count);
        }
    }

    /** Its products are those of two arrays, each with itself and with the other. */
    static final class OfYellowFin extends Terms {
        OfYellowFin(YellowFinSchedule schedule) {
            super(schedule, 3, true);
        }

        @Override
        int left(int sum) {
            return sum / 2;
        }

        @Override
        int right(int sum) {
            return (sum + 1) / 2;
        }

        @Override
        void compute(int count, float gradScale, float[] values, float[] gradient, float[][] state, float[][] terms) {
            System.arraycopy(state[1], 0, terms[0], 0, count);
            decayed(count, gradScale, 0, values, gradient, terms[1]);
        }
    }

    static final class OfAdamHD extends Terms {
        private final AdamHDSchedule schedule;

        OfAdamHD(AdamHDSchedule schedule) {
            super(schedule, 1, true);
            this.schedule = schedule;
        }

        @Override
        void compute(int count, float gradScale, float[] values, float[] gradient, float[][] state, float[][] terms) {
            decayed(count, gradScale, schedule.l2, values, gradient, terms[0]);
            updates(count, schedule.adam.epsilon, state[0], state[1], terms[1]);
        }

        private static void updates(int count, float epsilon, float[] expAvg, float[] expAvgSq, float[] updates) {
            for (int i = 0; i < count; i++) {
                updates[i] = expAvg[i] / ((float) Math.sqrt(expAvgSq[i]) + epsilon);
            }
        }
    }

    static final class OfStableAdamW extends Terms {
        private final StableAdamWSchedule schedule;

        OfStableAdamW(StableAdamWSchedule schedule) {
            super(schedule, 1, false);
            this.schedule = schedule;
        }

        @Override
        void compute(int count, float gradScale, float[] values, float[] gradient, float[][] state, float[][] terms) {
            moveMoments(count, gradScale, schedule.adam, gradient, state);
            ratios(count, gradScale, schedule.adam.epsilon, gradient, state[1], terms[0]);
        }

        private static void ratios(int count, float scale, float epsilon, float[] gradient, float[] expAvgSq,
                float[] ratios) {
            for (int i = 0; i < count; i++) {
                ratios[i] = Rule.bounded(scale * gradient[i]) / Math.max(epsilon, (float) Math.sqrt(expAvgSq[i]));
            }
        }
    }

    static final class OfCautiousAdamW extends Terms {
        private final CautiousAdamWSchedule schedule;

        OfCautiousAdamW(CautiousAdamWSchedule schedule) {
            super(schedule, 1, false);
            this.schedule = schedule;
        }

        @Override
        void compute(int count, float gradScale, float[] values, float[] gradient, float[][] state, float[][] terms) {
            masks(count, gradScale, schedule.adam.beta1, schedule.adam.oneMinusBeta1, gradient, state[0], terms[0]);
        }

        private static void masks(int count, float scale, float beta1, float oneMinusBeta1, float[] gradient,
                float[] expAvg, float[] masks) {
            for (int i = 0; i < count; i++) {
                float g = Rule.bounded(scale * gradient[i]);
                masks[i] = Rule.mask(Rule.average(expAvg[i], g, beta1, oneMinusBeta1), g);
            }
        }
    }

    static final class OfCautiousLion extends Terms {
        private final CautiousLionSchedule schedule;

        OfCautiousLion(CautiousLionSchedule schedule) {
            super(schedule, 1, false);
            this.schedule = schedule;
        }

        @Override
        void compute(int count, float gradScale, float[] values, float[] gradient, float[][] state, float[][] terms) {
            masks(count, gradScale, schedule.lion.beta1, schedule.lion.oneMinusBeta1, gradient, state[0], terms[0]);
        }

        private static void masks(int count, float scale, float beta1, float oneMinusBeta1, float[] gradient,
                float[] expAvg, float[] masks) {
            for (int i = 0; i < count; i++) {
                float g = Rule.bounded(scale * gradient[i]);
                masks[i] = Rule.mask(Math.signum(Rule.average(expAvg[i], g, beta1, oneMinusBeta1)), g);
            }
        }
    }
}
