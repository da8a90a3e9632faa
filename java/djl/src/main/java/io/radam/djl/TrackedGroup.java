package io.radam.djl;

import ai.djl.training.tracker.ParameterTracker;
import io.radam.ParameterGroup;

/**
 * A group with the tracker of its learning rate. Where steps move the rate, the tracker's is set when it differs from
 * the one before: a fixed tracker says what training begins with.
 */
final class TrackedGroup {
    private final ParameterGroup group;
    private final ParameterTracker tracker;
    /** What the tracker gave last; NaN before that. */
    private double tracked = Double.NaN;
    /** Whether the present rate is that of a file. */
    private boolean resumed;

    TrackedGroup(ParameterGroup group, ParameterTracker tracker) {
        this.group = group;
        this.tracker = tracker;
    }

    ParameterGroup group() {
        return group;
    }

    /** Whether steps move the learning rate. */
    boolean movesRate() {
        return group.hyperparameters().algorithm().movesLearningRate();
    }

    /** Sets the learning rate of a parameter's update. */
    void track(String id, int update) {
        double rate = tracker.getNewValue(id, update);
        if (rate != tracked && !resumed) {
            group.setLearningRate(rate);
        }
        tracked = rate;
        resumed = false;
    }

    /** Takes up the learning rate to which steps had moved it. */
    void resume(double rate) {
        group.setLearningRate(rate);
        resumed = true;
    }
}
