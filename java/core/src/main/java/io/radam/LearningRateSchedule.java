package io.radam;

/**
 * A learning rate as a function of the step, counted from 1:
 * {@code optimizer.setLearningRate(schedule.learningRate(step))} before each step.
 *
 * <p>After its last step, a schedule stays at its last learning rate.
 */
@FunctionalInterface
public interface LearningRateSchedule {
    /**
     * The learning rate of a step.
     *
     * @param step counted from 1
     * @return the learning rate
     */
    double learningRate(long step);

    /**
     * Always the same.
     *
     * @param learningRate at least 0
     * @return the schedule
     * @throws InvalidHyperparameterException if an argument is out of range; of all schedules
     */
    static LearningRateSchedule constant(double learningRate) {
        requireRate(learningRate, "learningRate");
        return step -> learningRate;
    }

    /**
     * This schedule after a linear warm-up to where it begins: step t of the warm-up has t / steps of its first learning
     * rate. What Adam needs, and what RAdam was made to replace.
     *
     * @param steps at least 0
     * @return the schedule; step {@code steps + 1} is the first of this one
     */
    default LearningRateSchedule afterWarmup(long steps) {
        if (steps < 0) {
            throw new InvalidHyperparameterException("steps is negative: " + steps);
        }
        double first = learningRate(1);
        return step -> step <= steps ? first * step / steps : learningRate(step - steps);
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
        requireRate(from, "from");
        requireRate(to, "to");
        requireSteps(steps);
        return step -> from + (to - from) * progress(step, steps);
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
        requireRate(from, "from");
        requireRate(to, "to");
        requireSteps(steps);
        return step -> cosine(from, to, progress(step, steps));
    }

    /**
     * In stairs: {@code from * factor^floor((t - 1) / interval)} at step t, as PyTorch's {@code StepLR}.
     *
     * @param from     of the first steps, at least 0
     * @param factor   more than 0
     * @param interval steps of a stair, at least 1
     * @return the schedule
     */
    static LearningRateSchedule stairs(double from, double factor, long interval) {
        requireRate(from, "from");
        if (!(factor > 0 && factor < Double.POSITIVE_INFINITY)) {
            throw new InvalidHyperparameterException("factor is not more than 0 and finite: " + factor);
        }
        if (interval < 1) {
            throw new InvalidHyperparameterException("interval is less than 1: " + interval);
        }
        return step -> from * Math.pow(factor, (double) ((requireStep(step) - 1) / interval));
    }

    /**
     * Up and down along half cosines, as PyTorch's {@code OneCycleLR} with its defaults: from 1 / 25 of the largest learning
     * rate up to it in the first 30 % of the steps, then down to a 10,000th of the first (Smith and Topin,
     * "Super-Convergence", 2018).
     *
     * @param largest at least 0
     * @param steps   at least 2
     * @return the schedule
     */
    static LearningRateSchedule oneCycle(double largest, long steps) {
        return oneCycle(largest, steps, 0.3, 25, 1e4);
    }

    /**
     * Up and down along half cosines, as PyTorch's {@code OneCycleLR}.
     *
     * @param largest     at least 0
     * @param steps       at least 2
     * @param upward      the share of the steps that goes up, more than 0 and less than 1; {@code upward * steps} is more
     *                    than 1
     * @param division    the first learning rate is this part of the largest; more than 0
     * @param lastDivision the last learning rate is this part of the first; more than 0
     * @return the schedule
     */
    static LearningRateSchedule oneCycle(double largest, long steps, double upward, double division,
            double lastDivision) {
        requireRate(largest, "largest");
        requireSteps(steps);
        if (!(upward > 0 && upward < 1 && upward * steps > 1)) {
            throw new InvalidHyperparameterException("upward is not between 0 and 1, or less than two of " + steps
                    + " steps: " + upward);
        }
        if (!(division > 0 && lastDivision > 0)) {
            throw new InvalidHyperparameterException("division and lastDivision are not more than 0: " + division + ", "
                    + lastDivision);
        }
        double first = largest / division;
        double last = first / lastDivision;
        double top = upward * steps - 1; // in steps after the first; it may lie between two
        double end = (double) steps - 1;
        return step -> {
            double at = Math.min(requireStep(step) - 1.0, end);
            return at <= top
                    ? cosine(first, largest, at / top)
                    : cosine(largest, last, (at - top) / (end - top));
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

    private static void requireRate(double rate, String name) {
        if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new InvalidHyperparameterException(name + " is negative or not finite: " + rate);
        }
    }

    private static void requireSteps(long steps) {
        if (steps < 2) {
            throw new InvalidHyperparameterException("steps is less than 2: " + steps);
        }
    }
}
