package io.radam.internal.kernel;

import io.radam.internal.schedule.AdEMAMixSchedule;
import io.radam.internal.schedule.AdaBeliefSchedule;
import io.radam.internal.schedule.AdaBoundSchedule;
import io.radam.internal.schedule.AdaModSchedule;
import io.radam.internal.schedule.AdadeltaSchedule;
import io.radam.internal.schedule.AdagradSchedule;
import io.radam.internal.schedule.AdamSchedule;
import io.radam.internal.schedule.AdamaxSchedule;
import io.radam.internal.schedule.AdanSchedule;
import io.radam.internal.schedule.AdoptSchedule;
import io.radam.internal.schedule.CocobSchedule;
import io.radam.internal.schedule.CustomSchedule;
import io.radam.internal.schedule.DiffGradSchedule;
import io.radam.internal.schedule.LayerwiseSchedule;
import io.radam.internal.schedule.LionSchedule;
import io.radam.internal.schedule.MadgradSchedule;
import io.radam.internal.schedule.NAdamSchedule;
import io.radam.internal.schedule.PadamSchedule;
import io.radam.internal.schedule.QHAdamSchedule;
import io.radam.internal.schedule.QHMSchedule;
import io.radam.internal.schedule.RMSpropSchedule;
import io.radam.internal.schedule.Schedule;
import io.radam.internal.schedule.ScheduleFreeAdamWSchedule;
import io.radam.internal.schedule.ScheduleFreeSgdSchedule;
import io.radam.internal.schedule.SgdSchedule;
import io.radam.internal.schedule.YogiSchedule;

/**
 * An algorithm's rule in Java. The native kernels are tested against it, and it runs where they cannot.
 * {@code radam_coefficients} in {@code radam.h} documents each rule line by line. The bits are those of the native
 * kernels, because each line is the same sequence of correctly rounded float operations.
 *
 * <p>Each loop is a static method over arrays, whose other arguments do not change in it. C2 turns such a loop into
 * vector instructions, whatever else has run before: it has a profile of its own, and no memory segments. There are at
 * most two conditions in a loop, for each of whose outcomes C2 makes a loop; it makes eight loops at most.
 */
abstract sealed class Rule permits AdamRule, SgdRule, LionRule, NAdamRule, RMSpropRule, AdagradRule, AdamaxRule,
        AdadeltaRule, AdaBeliefRule, AdoptRule, YogiRule, QHAdamRule, AdEMAMixRule, AdaModRule, QHMRule, AdanRule,
        AdaBoundRule, DiffGradRule, PadamRule, MadgradRule, CocobRule, ScheduleFreeSgdRule, ScheduleFreeAdamWRule,
        UserRule {
    /** Gradients beyond this are cut to it, so that their squares are finite. */
    static final float BOUND = 0x1p63f;

    /** State beyond this is cut to it, by rules that have sums or distances. */
    static final float LARGEST_STATE = 0x1p127f;

    /** The rule of a schedule's algorithm. It takes its coefficients from the schedule. */
    static Rule of(Schedule schedule) {
        return switch (schedule) {
            case AdamSchedule adam -> new AdamRule(adam);
            case SgdSchedule sgd -> new SgdRule(sgd);
            case LionSchedule lion -> new LionRule(lion);
            case NAdamSchedule nadam -> new NAdamRule(nadam);
            case RMSpropSchedule rmsprop -> new RMSpropRule(rmsprop);
            case AdagradSchedule adagrad -> new AdagradRule(adagrad);
            case AdamaxSchedule adamax -> new AdamaxRule(adamax);
            case AdadeltaSchedule adadelta -> new AdadeltaRule(adadelta);
            case AdaBeliefSchedule adabelief -> new AdaBeliefRule(adabelief);
            case AdoptSchedule adopt -> new AdoptRule(adopt);
            case YogiSchedule yogi -> new YogiRule(yogi);
            case QHAdamSchedule qhadam -> new QHAdamRule(qhadam);
            case AdEMAMixSchedule ademamix -> new AdEMAMixRule(ademamix);
            case AdaModSchedule adamod -> new AdaModRule(adamod);
            case QHMSchedule qhm -> new QHMRule(qhm);
            case AdanSchedule adan -> new AdanRule(adan);
            case AdaBoundSchedule adabound -> new AdaBoundRule(adabound);
            case DiffGradSchedule diffgrad -> new DiffGradRule(diffgrad);
            case PadamSchedule padam -> new PadamRule(padam);
            case MadgradSchedule madgrad -> new MadgradRule(madgrad);
            case CocobSchedule cocob -> new CocobRule(cocob);
            case ScheduleFreeSgdSchedule sgd -> new ScheduleFreeSgdRule(sgd);
            case ScheduleFreeAdamWSchedule adamw -> new ScheduleFreeAdamWRule(adamw);
            case LayerwiseSchedule layerwise -> of(layerwise.stepped());
            case CustomSchedule custom -> new UserRule(custom);
        };
    }

    /**
     * Steps the first {@code count} elements.
     *
     * @param gradScale the factor of gradients, in place of the schedule's
     * @param largest   no gradient has a larger magnitude; NaN if one may be NaN, or the rule does not need it
     * @param gradient  is changed
     * @param state     the algorithm's buffers; null in place of each that the tensor does not have
     */
    abstract void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state);

    /**
     * Steps elements {@code begin} to {@code end}, which are in one row, with the decay of that row in place of the
     * schedule's, and without L2 decay. Only of the rules by which algorithms that measure rows step.
     */
    void stepRow(int begin, int end, float gradScale, float decay, float[] values, float[] gradient, float[][] state) {
        throw new AssertionError("rows have no decays of their own in " + this);
    }

    /**
     * Whether a step wants to know the largest gradient. A loop that waits for roots and quotients bounds each gradient
     * meanwhile; for other loops that would be half of their time.
     */
    abstract boolean needsLargest();

    /** Makes gradients what all rules use: with L2 decay, and bounded. Returns the factor that is left to apply. */
    static float boundedGradient(int count, float scale, float largest, float l2, float[] values, float[] gradient) {
        float left = decayedGradient(count, scale, l2, values, gradient);
        if (l2 == 0 && Math.abs(scale) * largest <= BOUND) {
            return scale;
        }
        scale(count, left, gradient);
        bound(count, BOUND, gradient);
        return 1;
    }

    /** Likewise, but not bounded. */
    static float decayedGradient(int count, float scale, float l2, float[] values, float[] gradient) {
        if (l2 == 0) {
            return scale;
        }
        decay(count, scale, l2, values, gradient);
        return 1;
    }

    private static void decay(int count, float scale, float l2, float[] values, float[] gradient) {
        for (int i = 0; i < count; i++) {
            gradient[i] = Math.fma(l2, values[i], scale * gradient[i]);
        }
    }

    /** Multiplies numbers by a factor. */
    static void scale(int count, float scale, float[] numbers) {
        for (int i = 0; i < count; i++) {
            numbers[i] *= scale;
        }
    }

    /** Cuts numbers to [-most, most]; a NaN stays. */
    static void bound(int count, float most, float[] numbers) {
        for (int i = 0; i < count; i++) {
            numbers[i] = bounded(numbers[i], most);
        }
    }

    /** A gradient that rules can use. */
    static float bounded(float g) {
        return bounded(g, BOUND);
    }

    /** C2 has vectors of these functions, but not of conditional expressions. */
    static float bounded(float x, float most) {
        return Math.min(Math.max(x, -most), most);
    }

    /** A parameter that state can be moved by: of a NaN -{@link #LARGEST_STATE}, where {@code Math.max} is NaN. */
    static float cut(boolean noNan, float p) {
        return noNan ? bounded(p, LARGEST_STATE) : Math.min(p > -LARGEST_STATE ? p : -LARGEST_STATE, LARGEST_STATE);
    }

    static boolean hasNan(int count, float[] numbers) {
        float least = Float.POSITIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            least = Math.min(least, numbers[i]);
        }
        return Float.isNaN(least);
    }

    /** The next value of a moving average of x. {@code native/src/algorithm/parts.h} says why it has two forms. */
    static float average(float a, float x, float beta, float oneMinusBeta) {
        return stepsBack(oneMinusBeta) ? Math.fma(beta, a - x, x) : Math.fma(oneMinusBeta, x - a, a);
    }

    /** The next value of a moving average of {@code g * g}. */
    static float averageOfSquare(float a, float g, float beta, float oneMinusBeta) {
        return stepsBack(oneMinusBeta)
                ? Math.fma(beta, Math.fma(-g, g, a), g * g)
                : Math.fma(oneMinusBeta, Math.fma(g, g, -a), a);
    }

    /** Moves both moments, in one loop. */
    static void moveMoments(int count, float scale, float beta1, float oneMinusBeta1, float beta2,
            float oneMinusBeta2, float[] gradient, float[] expAvg, float[] expAvgSq) {
        for (int i = 0; i < count; i++) {
            float g = bounded(scale * gradient[i]);
            expAvg[i] = average(expAvg[i], g, beta1, oneMinusBeta1);
            expAvgSq[i] = averageOfSquare(expAvgSq[i], g, beta2, oneMinusBeta2);
        }
    }

    /** What the update of a cautious step is multiplied by: 1 where it has the sign of the gradient, 0 elsewhere. */
    static float mask(float update, float g) {
        return Math.max((int) Math.signum(update * g), 0);
    }

    /** Which form an average has. */
    static boolean stepsBack(float oneMinusBeta) {
        return oneMinusBeta >= 0.5f;
    }

    /** The parameter after its update and decay. */
    static float moved(float p, float update, float stepSize, float decay) {
        return decay == 0 ? Math.fma(-stepSize, update, p) : p - Math.fma(stepSize, update, decay * p);
    }
}
