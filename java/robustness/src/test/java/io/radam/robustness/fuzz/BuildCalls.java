package io.radam.robustness.fuzz;

import io.radam.Hyperparameters;
import io.radam.InvalidHyperparameterException;
import io.radam.InvalidParameterException;
import io.radam.OptimizerBuilder;
import io.radam.StateType;
import java.util.List;

/** Builds another optimizer of the same parameters, and closes it: nothing else may change. */
final class BuildCalls extends Arguments {
    private final Sequence.Kind kind;

    BuildCalls(Model model, Sequence.Kind kind) {
        super(model);
        this.kind = kind;
    }

    Call build() {
        List<Integer> first = toAdd();
        List<Integer> second = toAdd();
        StateType type = any(StateType.values());
        StateType secondType = any(StateType.values());
        double rate = number();
        double decay = number();
        boolean lookahead = oneOf(3);
        long steps = any(1L, 2L, 5L, Long.MAX_VALUE, 0L, -1L);
        double alpha = any(0.5, 1.0, rate);
        boolean later = oneOf(3);
        Act act = oneOf(8) ? Act.THROWS : Act.NOTHING;
        // As an optimizer that has nothing but the first group's parameters, and gets the second's.
        Hyperparameters without = lookahead(model.defaults, 0, 0.5);
        boolean validLookahead = !lookahead || steps > 0 && isValid(without, h -> lookahead(h, steps, alpha));
        Model built = new Model(lookahead && validLookahead ? lookahead(without, steps, alpha) : without, type);
        built.specs.addAll(model.specs);
        built.closed.addAll(model.closed);
        Outcome outcome = built.add(first, type)
                .must(first.contains(-1) || second.contains(-1), NullPointerException.class)
                .must(!validLookahead || !isValid(model.defaults, h -> with(h, rate, decay)),
                        InvalidHyperparameterException.class)
                .must(first.isEmpty() && second.isEmpty() && !later, InvalidParameterException.class)
                .must(act == Act.THROWS, Act.Thrown.class);
        if (!outcome.mustFail()) {
            built.added(built.groups.getFirst(), first);
            outcome.and(built.add(second, secondType));
            if (!outcome.mustFail()) {
                built.added(built.groups.getFirst(), second);
                // A gradient of one group that overlaps values of the other is found at once; memory that cannot be
                // used, by the first step.
                outcome.may(built.use(built.slots).mayFail(), InvalidParameterException.class);
            }
        }
        return Call.of("build(" + type + ", " + rate + ", " + decay
                + (lookahead ? ", lookahead " + steps + " " + alpha : "") + ", p" + first + ", " + secondType + ", p"
                + second + ", " + act + ")", outcome, side -> {
                    OptimizerBuilder<?, ?> builder = kind.builder(side.backend);
                    builder.learningRate(rate).weightDecay(decay);
                    if (lookahead) {
                        builder.lookahead(steps, alpha);
                    }
                    builder.stateType(type);
                    if (later) {
                        builder.parametersLater();
                    }
                    builder.parameters(side.parameters(first))
                            .group(group -> {
                                act.run(side);
                                group.parameters(side.parameters(second)).stateType(secondType);
                            });
                    builder.build().close();
                }, () -> { });
    }

    private static Hyperparameters with(Hyperparameters h, double rate, double decay) {
        return h.toBuilder().set(Hyperparameters.LEARNING_RATE, rate).set(Hyperparameters.WEIGHT_DECAY, decay).build();
    }
}
