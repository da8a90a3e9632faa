package io.radam.robustness.fuzz;

import io.radam.StepOptions;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A call of the library.
 *
 * @param text     as in a program
 * @param outcome  what it has to do
 * @param run      makes it; its result is compared between sides
 * @param expected what its result has to be; null if the model does not know it
 * @param apply    changes the model, given the result; it is not called if the call failed
 * @param touched  the slots whose state and memory it may change; null if it may change all
 * @param alone    the options of a step that each parameter makes in the same way by itself; otherwise null
 */
record Call(String text, Outcome outcome, Function<Side, Object> run, Object expected, Consumer<Object> apply,
        List<Model.Slot> touched, StepOptions alone) {
    /** A call that changes nothing but what the model has. */
    static Call of(String text, Outcome outcome, Function<Side, Object> run, Object expected, Runnable apply) {
        return new Call(text, outcome, run, expected, result -> apply.run(), List.of(), null);
    }

    /** A call without a result. */
    static Call of(String text, Outcome outcome, Consumer<Side> run, Runnable apply) {
        return of(text, outcome, side -> {
            run.accept(side);
            return null;
        }, null, apply);
    }
}
