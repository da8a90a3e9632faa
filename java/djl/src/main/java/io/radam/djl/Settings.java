package io.radam.djl;

import ai.djl.ndarray.types.Shape;
import ai.djl.training.tracker.ParameterTracker;
import ai.djl.training.tracker.Tracker;
import io.radam.Hyperparameters;
import java.util.function.Predicate;

/**
 * What the parameters of some shapes are stepped by.
 *
 * @param shapes  which
 * @param tracker of the learning rate
 */
record Settings(Predicate<Shape> shapes, Hyperparameters hyperparameters, ParameterTracker tracker) {
    /** Whether each parameter may have its own learning rate, and so has a group of its own. */
    boolean groupForEach() {
        return !(tracker instanceof Tracker);
    }
}
