package io.radam.paper;

import io.radam.Optimizer;
import io.radam.OptimizerBuilder;

/** What decides the numbers of a run, as text. Rows that were made otherwise are not used again. */
public final class Made {
    private Made() {
    }

    /** All hyperparameters that a builder has been given, warm-up included. */
    public static String by(OptimizerBuilder<?, ?> builder) {
        try (Optimizer optimizer = builder.parametersLater().build()) {
            return optimizer.groups().getFirst().hyperparameters().toString();
        }
    }
}
