package io.radam.robustness.fuzz;

import io.radam.Hyperparameters;
import io.radam.OptimizerStateException;
import io.radam.StepOptions;
import java.util.List;

/** What a function of the user does, which the library calls. */
enum Act {
    NOTHING, THROWS,
    /** Calls the optimizer that calls it, and does not catch what that throws. */
    CALLS,
    /** Calls the optimizer that calls it, in several ways, all of which are refused. */
    CATCHES,
    /** Changes settings, which is allowed at any time. */
    CHANGES,
    /** Closes memory. */
    CLOSES;

    private static final double FACTOR = 0.5;

    /** What a function throws of its own accord. */
    static final class Thrown extends IllegalStateException {
        private static final long serialVersionUID = 1;
    }

    void run(Side side) {
        switch (this) {
            case NOTHING -> { }
            case THROWS -> throw new Thrown();
            case CALLS -> side.optimizer.step();
            case CATCHES -> List.<Runnable>of(side.optimizer::step, side.optimizer::close, side.optimizer::snapshot,
                    () -> side.optimizer.addGroup(group -> { }), side.optimizer::writeCopies,
                    () -> side.optimizer.step(side.optimizer.groups().getFirst(), StepOptions.NONE))
                    .forEach(Act::requireRefused);
            case CHANGES -> {
                side.optimizer.setLearningRateFactor(FACTOR);
                side.optimizer.groups().getFirst().update(Act::change);
                side.changed = true;
            }
            case CLOSES -> {
                if (side.shared.scope().isAlive()) {
                    side.shared.close();
                }
            }
        }
    }

    private static void requireRefused(Runnable call) {
        try {
            call.run();
        } catch (OptimizerStateException e) {
            return;
        }
        throw new AssertionError("a call within a call was not refused");
    }

    private static Hyperparameters change(Hyperparameters h) {
        return h.with(Hyperparameters.MAXIMIZE, true);
    }

    /** The same for a model, if {@link #CHANGES} was done. */
    static void changed(Model model) {
        model.factor = FACTOR;
        Model.Group first = model.groups.getFirst();
        first.hyperparameters = change(first.hyperparameters);
    }

    /** What a call throws in which it is done, while the optimizer is in use. */
    Outcome within() {
        return new Outcome().must(this == THROWS, Thrown.class).must(this == CALLS, OptimizerStateException.class);
    }
}
