package io.radam;

/**
 * What the learning rate is multiplied by in a step, counted from 1. The factor is the same for all groups of an optimizer,
 * so that each group keeps its own learning rate:
 * {@snippet :
 * LearningRateSchedule schedule = LearningRateSchedule.cosine(steps - 100).afterWarmup(100);
 * for (long step = 1; step <= steps; step++) {
 *     optimizer.setLearningRateFactor(schedule.factor(step));
 *     optimizer.step();
 * }
 * }
 *
 * <p>After its last step, a schedule stays at its last factor. A schedule that follows the loss, and not the step, is
 * {@link PlateauSchedule}.
 */
@FunctionalInterface
public interface LearningRateSchedule {
    /**
     * The factor of a step.
     *
     * @param step counted from 1
     * @return what the learning rate of each group is multiplied by, at least 0
     * @throws IllegalArgumentException if the step is less than 1
     */
    double factor(long step);

    /**
     * Always the same.
     *
     * @param factor at least 0
     * @return the schedule
     * @throws InvalidHyperparameterException if an argument is out of range; of all schedules
     */
    static LearningRateSchedule constant(double factor) {
        requireFactor(factor, "factor");
        return step -> {
            requireStep(step);
            return factor;
        };
    }

    /**
     * This schedule after a linear warm-up to where it begins: step t of the warm-up has t / steps of its first factor. What
     * Adam needs, and what RAdam was made to replace.
     *
     * @param steps at least 0
     * @return the schedule; step {@code steps + 1} is the first of this one, so that it is longer than this one
     */
    default LearningRateSchedule afterWarmup(long steps) {
        if (steps < 0) {
            throw new InvalidHyperparameterException("steps is negative: " + steps);
        }
        double first = factor(1);
        return step -> requireStep(step) <= steps ? first * step / steps : factor(step - steps);
    }

    /**
     * Along a straight line: {@code from + (to - from) * (t - 1) / (steps - 1)} at step t.
     *
     * @param from  of the first step, at least 0
     * @param to    of the last step, at least 0
     * @param steps at least 2
     * @return the schedule
     */
    static LearningRateSchedule linear(double from, double to, long steps) {
        requireFactor(from, "from");
        requireFactor(to, "to");
        requireSteps(steps);
        return step -> from + (to - from) * progress(step, steps);
    }

    /**
     * Along half a cosine, from 1 to 0.
     *
     * @param steps at least 2
     * @return the schedule
     */
    static LearningRateSchedule cosine(long steps) {
        return cosine(1, 0, steps);
    }

    /**
     * Along half a cosine: {@code to + (from - to) * (1 + cos(pi * (t - 1) / (steps - 1))) / 2} at step t (Loshchilov and
     * Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017, without restarts).
     *
     * @param from  of the first step, at least 0
     * @param to    of the last step, at least 0
     * @param steps at least 2
     * @return the schedule
     */
    static LearningRateSchedule cosine(double from, double to, long steps) {
        requireFactor(from, "from");
        requireFactor(to, "to");
        requireSteps(steps);
        return step -> cosine(from, to, progress(step, steps));
    }

    /**
     * Along half a cosine from 1 down towards a lower factor, and from 1 again, as often as there are steps: SGDR (Loshchilov
     * and Hutter, 2017), as PyTorch's {@code CosineAnnealingWarmRestarts}.
     *
     * <p>With i steps since the latest restart, of n from that one to the next, the factor is
     * {@code lowest + (1 - lowest) * (1 + cos(pi * i / n)) / 2}. A restart takes the place of the step that would have the
     * lowest factor.
     *
     * @param lowest at least 0, at most 1
     * @param period the steps before the first restart, at least 1
     * @param growth how many times as long the next period is each time, at least 1
     * @return the schedule
     */
    static LearningRateSchedule cosineWithRestarts(double lowest, long period, int growth) {
        if (!(lowest >= 0 && lowest <= 1)) {
            throw new InvalidHyperparameterException("lowest is not from 0 to 1: " + lowest);
        }
        if (period < 1) {
            throw new InvalidHyperparameterException("period is less than 1: " + period);
        }
        if (growth < 1) {
            throw new InvalidHyperparameterException("growth is less than 1: " + growth);
        }
        return step -> {
            long length = period;
            long at = requireStep(step) - 1;
            if (growth == 1) {
                at %= length;
            }
            while (at >= length) {
                at -= length;
                length = length > Long.MAX_VALUE / growth ? Long.MAX_VALUE : length * growth;
            }
            return cosine(1, lowest, (double) at / (double) length);
        };
    }

    /**
     * In stairs: {@code reduction^floor((t - 1) / interval)} at step t, as PyTorch's {@code StepLR}.
     *
     * @param reduction more than 0
     * @param interval  steps of a stair, at least 1
     * @return the schedule
     */
    static LearningRateSchedule stairs(double reduction, long interval) {
        if (!(reduction > 0 && reduction < Double.POSITIVE_INFINITY)) {
            throw new InvalidHyperparameterException("reduction is not more than 0 and finite: " + reduction);
        }
        if (interval < 1) {
            throw new InvalidHyperparameterException("interval is less than 1: " + interval);
        }
        return step -> Math.pow(reduction, (double) ((requireStep(step) - 1) / interval));
    }

    /**
     * Up and down along half cosines, as PyTorch's {@code OneCycleLR} with its defaults: from 1 / 25 up to 1 in the first
     * 30 % of the steps, then down to a 10,000th of the first (Smith and Topin, "Super-Convergence", 2018).
     *
     * @param steps at least 2
     * @return the schedule
     */
    static LearningRateSchedule oneCycle(long steps) {
        return oneCycle(steps, 0.3, 25, 1e4);
    }

    /**
     * Up and down along half cosines, as PyTorch's {@code OneCycleLR}. The largest factor is 1: a group's learning rate is
     * what PyTorch calls {@code max_lr}.
     *
     * @param steps        at least 2
     * @param upward       the share of the steps that goes up, more than 0 and less than 1; {@code upward * steps} is more
     *                     than 1
     * @param division     the first factor is one over this; more than 0
     * @param lastDivision the last factor is this part of the first; more than 0
     * @return the schedule
     */
    static LearningRateSchedule oneCycle(long steps, double upward, double division, double lastDivision) {
        requireSteps(steps);
        if (!(upward > 0 && upward < 1 && upward * steps > 1)) {
            throw new InvalidHyperparameterException("upward is not between 0 and 1, or less than two of " + steps
                    + " steps: " + upward);
        }
        if (!(division > 0 && lastDivision > 0)) {
            throw new InvalidHyperparameterException("division and lastDivision are not more than 0: " + division + ", "
                    + lastDivision);
        }
        double first = 1 / division;
        double last = first / lastDivision;
        double top = upward * steps - 1; // in steps after the first; it may lie between two
        double end = (double) steps - 1;
        return step -> {
            double at = Math.min(requireStep(step) - 1.0, end);
            return at <= top
                    ? cosine(first, 1, at / top)
                    : cosine(1, last, (at - top) / (end - top));
        };
    }

    private static double cosine(double from, double to, double progress) {
        return to + (from - to) * (1 + Math.cos(Math.PI * progress)) / 2;
    }

    /** 0 at the first step, 1 from the last one on. */
    private static double progress(long step, long steps) {
        return (double) (Math.min(requireStep(step), steps) - 1) / (double) (steps - 1);
    }

    private static long requireStep(long step) {
        if (step < 1) {
            throw new IllegalArgumentException("steps are counted from 1, but step is " + step);
        }
        return step;
    }

    private static void requireFactor(double factor, String name) {
        if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
            throw new InvalidHyperparameterException(name + " is negative or not finite: " + factor);
        }
    }

    private static void requireSteps(long steps) {
        if (steps < 2) {
            throw new InvalidHyperparameterException("steps is less than 2: " + steps);
        }
    }
}
