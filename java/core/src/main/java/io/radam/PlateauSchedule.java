package io.radam;

/**
 * A factor of the learning rate that is reduced when the loss has stopped falling. The rule and the defaults are those
 * of PyTorch's {@code torch.optim.lr_scheduler.ReduceLROnPlateau}.
 *
 * <p>After each epoch, or whenever the loss has been measured:
 * {@snippet :
 * plateau.update(loss);
 * optimizer.setLearningRateFactor(plateau.factor());
 * }
 *
 * <p>A loss is better if it is less than {@code best - threshold * |best|}, for the best loss so far. After more than
 * {@code patience} losses in a row that were not better, the factor is multiplied by {@code reduction}. The {@code
 * cooldown} losses after that do not count as worse. NaN is not better. For a measure where more is better, such as an
 * accuracy, pass its negative.
 *
 * <p>It differs from PyTorch in two ways. A negative loss has to fall to be better, where PyTorch takes one that has
 * risen a little for better. And a reduction by less than 1e-8 is made, where PyTorch leaves it out.
 *
 * <p>A schedule may be used by one thread at a time.
 */
public final class PlateauSchedule {
    private final double reduction;
    private final int patience;
    private final double threshold;
    private final int cooldown;
    private final double lowest;
    private State state;

    /**
     * All that a checkpoint has to keep.
     *
     * @param factor       what the learning rate is multiplied by
     * @param best         the best loss so far; infinite if there was none
     * @param worseInARow  the number of losses that were not better, since one was or the factor was reduced
     * @param cooldownLeft the number of losses to come that do not count as worse
     */
    public record State(double factor, double best, int worseInARow, int cooldownLeft) {
    }

    /**
     * A schedule with a reduction to a tenth, a patience of 10, a threshold of 1e-4, no cooldown, and no lowest factor.
     */
    public PlateauSchedule() {
        this(0.1, 10, 1e-4, 0, 0);
    }

    /**
     * A schedule that begins at a factor of 1.
     *
     * @param reduction what the factor is multiplied by; more than 0 and less than 1
     * @param patience  how many losses in a row may be no better without a reduction; at least 0
     * @param threshold how much better a loss has to be, relative to the best one; at least 0 and less than 1
     * @param cooldown  how many losses after a reduction do not count as worse; at least 0
     * @param lowest    the factor is not reduced below this; at least 0 and at most 1
     * @throws InvalidHyperparameterException if one is out of range
     */
    public PlateauSchedule(double reduction, int patience, double threshold, int cooldown, double lowest) {
        if (!(reduction > 0 && reduction < 1)) {
            throw new InvalidHyperparameterException("reduction is not between 0 and 1: " + reduction);
        }
        if (patience < 0) {
            throw new InvalidHyperparameterException("patience is negative: " + patience);
        }
        if (!(threshold >= 0 && threshold < 1)) {
            throw new InvalidHyperparameterException("threshold is not from 0 to less than 1: " + threshold);
        }
        if (cooldown < 0) {
            throw new InvalidHyperparameterException("cooldown is negative: " + cooldown);
        }
        if (!(lowest >= 0 && lowest <= 1)) {
            throw new InvalidHyperparameterException("lowest is not from 0 to 1: " + lowest);
        }
        this.reduction = reduction;
        this.patience = patience;
        this.threshold = threshold;
        this.cooldown = cooldown;
        this.lowest = lowest;
        state = new State(1, Double.POSITIVE_INFINITY, 0, 0);
    }

    /**
     * The present factor of each group's learning rate.
     *
     * @return from the lowest factor to 1
     */
    public double factor() {
        return state.factor;
    }

    /**
     * Takes the next loss into account.
     *
     * @param loss any number
     */
    public void update(double loss) {
        boolean better = isBetter(loss);
        double best = better ? loss : state.best;
        boolean worse = !better && state.cooldownLeft == 0;
        state = worse && state.worseInARow == patience
                ? new State(Math.max(state.factor * reduction, lowest), best, 0, cooldown)
                : new State(state.factor, best, worse ? state.worseInARow + 1 : 0, Math.max(state.cooldownLeft - 1, 0));
    }

    private boolean isBetter(double loss) {
        return Double.isInfinite(state.best)
                ? loss < state.best
                : loss < state.best - threshold * Math.abs(state.best);
    }

    /**
     * The present state, for a checkpoint.
     *
     * @return a value; it does not follow later losses
     */
    public State state() {
        return state;
    }

    /**
     * Goes on from a checkpoint.
     *
     * @param state from {@link #state()} of a schedule with the same settings
     * @throws InvalidHyperparameterException if a component is out of the settings' range; nothing is changed
     */
    public void restore(State state) {
        if (!(state.factor >= lowest && state.factor <= 1)) {
            throw new InvalidHyperparameterException("factor is not from " + lowest + " to 1: " + state.factor);
        }
        if (Double.isNaN(state.best)) {
            throw new InvalidHyperparameterException("best is not a number: " + state.best);
        }
        if (state.worseInARow < 0 || state.worseInARow > patience) {
            throw new InvalidHyperparameterException("worseInARow is not from 0 to " + patience + ": "
                    + state.worseInARow);
        }
        if (state.cooldownLeft < 0 || state.cooldownLeft > cooldown) {
            throw new InvalidHyperparameterException("cooldownLeft is not from 0 to " + cooldown + ": "
                    + state.cooldownLeft);
        }
        this.state = state;
    }
}
