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
    /** How often some were set, and how often the learning rate was. Under the lock. */
    private long changes;
    private long rateChanges;
    /** The learning rate to which steps have moved that of those; NaN if none has. Under the lock. */
    private double movedRate = Double.NaN;
    /** Those with that learning rate; null if nobody has asked for them since it moved. Under the lock. */
    private Hyperparameters moved;

    // Of the present step, for its thread alone.
    private long rateChangesBefore;
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
            if (Double.isNaN(movedRate)) {
                return set;
            }
            if (moved == null) {
                moved = set.withLearningRate(movedRate);
            }
            return moved;
        }
    }

    /** Sets all, the learning rate too. */
    synchronized void set(Hyperparameters hyperparameters) {
        set = hyperparameters;
        movedRate = Double.NaN;
        moved = null;
        changes++;
        rateChanges++;
    }

    /** Sets all but the learning rate, which a step may be moving. */
    private void setAllButRate(Hyperparameters hyperparameters) {
        set = hyperparameters;
        moved = null;
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
                if (done && changed.learningRate() == before.learningRate()) {
                    setAllButRate(changed);
                } else if (done) {
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
            rateChangesBefore = rateChanges;
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

    /** Takes over the learning rate of the present step, unless one was set since it began. */
    synchronized void endStep() {
        if (rateChanges == rateChangesBefore && movedRate != rateAfter[0]) {
            movedRate = rateAfter[0];
            moved = null;
        }
    }
}
