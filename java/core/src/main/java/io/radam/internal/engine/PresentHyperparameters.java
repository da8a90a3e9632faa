package io.radam.internal.engine;

import io.radam.Hyperparameters;
import java.util.function.UnaryOperator;

/**
 * The hyperparameters of a group, which any thread may change at any time. Of some algorithms, steps move the learning
 * rate: then it is that of the hyperparameters that were set last until a step has moved it. A step allocates nothing.
 */
final class PresentHyperparameters {
    private final boolean movesLearningRate;
    /** Those that were set last. Written under the lock. */
    private volatile Hyperparameters set;
    /** How often some were set. Under the lock. */
    private long changes;
    /** The learning rate to which steps have moved that of those; NaN if none has. Under the lock. */
    private double movedRate = Double.NaN;

    // Of the present step, for its thread alone.
    private long changesBefore;
    private double rateBefore;
    private final double[] rateAfter = new double[1];

    PresentHyperparameters(Hyperparameters hyperparameters) {
        set = hyperparameters;
        movesLearningRate = hyperparameters.algorithm().movesLearningRate();
    }

    /** The hyperparameters, with the present learning rate. */
    Hyperparameters get() {
        if (!movesLearningRate) {
            return set;
        }
        synchronized (this) {
            return Double.isNaN(movedRate) ? set : set.withLearningRate(movedRate);
        }
    }

    /** Sets all, the learning rate too. */
    synchronized void set(Hyperparameters hyperparameters) {
        set = hyperparameters;
        movedRate = Double.NaN;
        changes++;
    }

    /** Changes them. If they are changed meanwhile, also by a step, the function is applied again. */
    void update(UnaryOperator<Hyperparameters> change) {
        boolean done = false;
        while (!done) {
            Hyperparameters before;
            long changesSeen;
            double rateSeen;
            synchronized (this) {
                before = get();
                changesSeen = changes;
                rateSeen = movedRate;
            }
            Hyperparameters changed = change.apply(before);
            synchronized (this) {
                done = changes == changesSeen && Double.compare(movedRate, rateSeen) == 0;
                if (done) {
                    set(changed);
                }
            }
        }
    }

    /**
     * Begins a step.
     *
     * @return those that were set last, which are the same object until others are set
     */
    Hyperparameters beginStep() {
        if (!movesLearningRate) {
            return set;
        }
        synchronized (this) {
            changesBefore = changes;
            rateBefore = Double.isNaN(movedRate) ? set.learningRate() : movedRate;
            rateAfter[0] = rateBefore;
            return set;
        }
    }

    /**
     * The learning rate of the present step as far as it is moved, to be moved.
     *
     * @param anew whether to begin with that before the step
     */
    double[] rate(boolean anew) {
        if (anew) {
            rateAfter[0] = rateBefore;
        }
        return rateAfter;
    }

    /** Takes over the learning rate of the present step, unless hyperparameters were set since it began. */
    synchronized void endStep() {
        if (changes == changesBefore) {
            movedRate = rateAfter[0];
        }
    }
}
