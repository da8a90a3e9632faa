package io.radam.djl;

import ai.djl.training.tracker.ParameterTracker;
import io.radam.Algorithm;
import io.radam.ParameterGroup;

/**
 * A group with the tracker of its learning rate. Where steps move the rate, the tracker's is set when it differs from
 * the one before: a fixed tracker says what training begins with.
 */
final class TrackedGroup {
    private final ParameterGroup group;
    private final ParameterTracker tracker;
    /** What the tracker gave for the last update; NaN before the first. */
    private double tracked = Double.NaN;

    TrackedGroup(ParameterGroup group, ParameterTracker tracker) {
        this.group = group;
        this.tracker = tracker;
    }

    ParameterGroup group() {
        return group;
    }

    Algorithm algorithm() {
        return group.hyperparameters().algorithm();
    }

    /** Whether steps move the learning rate. */
    boolean movesRate() {
        return algorithm().movesLearningRate();
    }

    /** Sets the learning rate of a parameter's update. */
    void track(String id, int update) {
        double rate = tracker.getNewValue(id, update);
        if (rate != tracked) {
            group.setLearningRate(rate);
            tracked = rate;
        }
    }

    /** Takes up the learning rate that steps had moved, after so many updates of the optimizer. */
    void resume(double rate, String id, int updates) {
        group.setLearningRate(rate);
        tracked = tracker.getNewValue(id, updates);
    }

    /** Has the next update begin with the tracker's learning rate. */
    void begin() {
        tracked = Double.NaN;
    }
}
