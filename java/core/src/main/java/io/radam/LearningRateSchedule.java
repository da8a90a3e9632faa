package io.radam;

/**
 * The factor by which the learning rate is multiplied, for each step. Steps are counted from 1. The factor is the same
 * for all groups of an optimizer, and each group keeps a learning rate of its own:
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
     * @return the factor of each group's learning rate, at least 0
     * @throws IllegalArgumentException if the step is less than 1
     */
    double factor(long step);

    /**
     * Always the same.
     *
     * @param factor at least 0
     * @return the schedule
     * @throws InvalidHyperparameterException if the factor is out of range
     */
    static LearningRateSchedule constant(double factor) {
        requireFactor(factor, "factor");
        return step -> {
            requireStep(step);
            return factor;
        };
    }

    /**
     * This schedule, after a linear warm-up. Step t of the warm-up has {@code t / steps} of this schedule's first
     * factor. RAdam was made to do without such a warm-up.
     *
     * @param steps the length of the warm-up, at least 0
     * @return a schedule that is longer by the warm-up: its step {@code steps + 1} is this schedule's first
     * @throws InvalidHyperparameterException if the number of steps is negative
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
     * @throws InvalidHyperparameterException if an argument is out of range
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
     * @throws InvalidHyperparameterException if there are fewer than 2 steps
     */
    static LearningRateSchedule cosine(long steps) {
        return cosine(1, 0, steps);
    }

    /**
     * Along half a cosine: {@code to + (from - to) * (1 + cos(pi * (t - 1) / (steps - 1))) / 2} at step t (Loshchilov
     * and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017, without restarts).
     *
     * @param from  of the first step, at least 0
     * @param to    of the last step, at least 0
     * @param steps at least 2
     * @return the schedule
     * @throws InvalidHyperparameterException if an argument is out of range
     */
    static LearningRateSchedule cosine(double from, double to, long steps) {
        requireFactor(from, "from");
        requireFactor(to, "to");
        requireSteps(steps);
        return step -> cosine(from, to, progress(step, steps));
    }

    /**
     * Along half a cosine from 1 down towards a lower factor, then from 1 again, and so on: SGDR (Loshchilov and
     * Hutter, 2017), as PyTorch's {@code CosineAnnealingWarmRestarts}.
     *
     * <p>The factor is {@code lowest + (1 - lowest) * (1 + cos(pi * i / n)) / 2}, where i is the number of steps since
     * the latest restart, and n the number of steps from that restart to the next. The factor never is {@code lowest}:
     * the step that would have it is the next restart, with a factor of 1.
     *
     * @param lowest at least 0, at most 1
     * @param period the steps before the first restart, at least 1
     * @param growth the length of each period divided by that of the one before, at least 1
     * @return the schedule
     * @throws InvalidHyperparameterException if an argument is out of range
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
     * Constant for some steps, then reduced, and so on: {@code reduction^floor((t - 1) / interval)} at step t, as
     * PyTorch's {@code StepLR}.
     *
     * @param reduction the factor of each reduction, more than 0
     * @param interval  the number of steps between reductions, at least 1
     * @return the schedule
     * @throws InvalidHyperparameterException if an argument is out of range
     */
    static LearningRateSchedule stairs(double reduction, long interval) {
        if (!(reduction > 0 && reduction < Double.POSITIVE_INFINITY)) {
            throw new InvalidHyperparameterException("reduction is not more than 0 and finite: " + reduction);
        }
        if (interval < 1) {
            throw new InvalidHyperparameterException("interval is less than 1: " + interval);
        }
        // Not Math.pow, whose last bit may differ between machines.
        return step -> StrictMath.pow(reduction, (double) ((requireStep(step) - 1) / interval));
    }

    /**
     * Up and down along half cosines, as PyTorch's {@code OneCycleLR} with its defaults: from 1 / 25 up to 1 in the
     * first 30 % of the steps, then down to 1 / 250,000 (Smith and Topin, "Super-Convergence", 2018).
     *
     * @param steps at least 2
     * @return the schedule
     * @throws InvalidHyperparameterException if there are too few steps for an upward part
     */
    static LearningRateSchedule oneCycle(long steps) {
        return oneCycle(steps, 0.3, 25, 1e4);
    }

    /**
     * Up and down along half cosines, as PyTorch's {@code OneCycleLR}. The largest factor is 1: a group's learning rate
     * is what PyTorch calls {@code max_lr}.
     *
     * @param steps        at least 2
     * @param upward       the part of the steps in which the factor goes up, more than 0 and less than 1;
     *                     {@code upward * steps} must be more than 1
     * @param division     the first factor is {@code 1 / division}, which must be finite; more than 0
     * @param lastDivision the last factor is the first divided by this, which must be finite; more than 0
     * @return the schedule
     * @throws InvalidHyperparameterException if an argument is out of range
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
        requireFactor(first, "1 / division");
        requireFactor(last, "1 / division / lastDivision");
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
        return to + (from - to) * ((1 + StrictMath.cos(Math.PI * progress)) / 2);
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
