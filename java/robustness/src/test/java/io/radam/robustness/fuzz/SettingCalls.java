package io.radam.robustness.fuzz;

import io.radam.Algorithm;
import io.radam.Hyperparameters;
import io.radam.InvalidHyperparameterException;
import io.radam.InvalidParameterException;
import io.radam.LookaheadMomentum;
import io.radam.ParameterGroup;
import java.util.List;
import java.util.function.Function;

/** Calls that change settings. */
final class SettingCalls extends Arguments {
    private static final long[] STEPS = {0, 1, 5, 1000, 1L << 24, 1L << 62, (1L << 62) + 1, -1, Long.MIN_VALUE};

    SettingCalls(Model model) {
        super(model);
    }

    Call settings() {
        double value = number();
        if (oneOf(3)) {
            boolean valid = value >= 0 && value < Double.POSITIVE_INFINITY
                    && model.groups.stream().allMatch(group -> Model.isInRange(group.hyperparameters, value));
            return Call.of("setLearningRateFactor(" + value + ")",
                    new Outcome().must(!valid, InvalidHyperparameterException.class),
                    side -> side.optimizer.setLearningRateFactor(value), () -> model.factor = value);
        }
        int number = random.nextInt(model.groups.size());
        Model.Group group = model.groups.get(number);
        if (oneOf(12)) {
            Algorithm other = any(Algorithm.values());
            return change(number, "algorithm " + other, h -> other.defaults(), other != model.algorithm
                    || group.hyperparameters.centralizesGradients()
                    || !presentState(other.defaults()).equals(presentState(group.hyperparameters)));
        }
        return switch (random.nextInt(7)) {
            case 0 -> {
                long steps = any(0L, 1L, 1L, 2L, 3L, Long.MAX_VALUE, -1L);
                double alpha = any(value, 0.5, 1.0);
                yield change(number, "lookahead " + steps + " " + alpha, h -> lookahead(h, steps, alpha),
                        steps > 0 != group.hyperparameters.hasLookahead());
            }
            case 4 -> {
                LookaheadMomentum momentum = any(LookaheadMomentum.values());
                yield change(number, "lookaheadMomentum " + momentum,
                        h -> h.with(Hyperparameters.LOOKAHEAD_MOMENTUM, momentum),
                        group.hyperparameters.hasLookahead() && pulls(momentum)
                                != pulls(group.hyperparameters.get(Hyperparameters.LOOKAHEAD_MOMENTUM)));
            }
            case 5 -> change(number, "centralizeGradients",
                    h -> h.with(Hyperparameters.CENTRALIZE_GRADIENTS, !h.centralizesGradients()), true);
            case 1 -> change(number, "weightDecay " + value, h -> h.withWeightDecay(value), false);
            case 2 -> change(number, "gradientScale " + value, h -> h.withGradientScale(value), false);
            case 3 -> change(number, "maximize", h -> h.with(Hyperparameters.MAXIMIZE, !h.maximize()), false);
            default -> change(number, "learningRate " + value, h -> h.withLearningRate(value), false);
        };
    }

    private static boolean pulls(LookaheadMomentum momentum) {
        return momentum == LookaheadMomentum.PULLBACK;
    }

    private static List<Boolean> presentState(Hyperparameters h) {
        return h.state().stream().map(buffer -> buffer != null).toList();
    }

    private Call change(int number, String text, Function<Hyperparameters, Hyperparameters> change,
            boolean otherState) {
        Model.Group group = model.groups.get(number);
        boolean valid = isValid(group.hyperparameters, change);
        boolean byUpdate = oneOf(2);
        boolean isNull = byUpdate && oneOf(12);
        Act act = byUpdate && oneOf(6) ? any(Act.THROWS, Act.CLOSES) : Act.NOTHING;
        return Call.of("group(" + number + ")." + (byUpdate ? "update(" : "setHyperparameters(") + text
                + (isNull ? ", null, " : ", ") + act + ")",
                new Outcome().must(!valid || otherState, InvalidHyperparameterException.class)
                        .must(isNull, NullPointerException.class).must(act == Act.THROWS, Act.Thrown.class), side -> {
                    ParameterGroup changed = side.group(number);
                    if (byUpdate) {
                        changed.update(h -> {
                            act.run(side);
                            return isNull ? null : change.apply(h);
                        });
                    } else {
                        changed.setHyperparameters(change.apply(changed.hyperparameters()));
                    }
                }, () -> group.hyperparameters = change.apply(group.hyperparameters));
    }

    Call stepCount() {
        int number = parameter();
        long count = STEPS[random.nextInt(STEPS.length)];
        Model.Slot slot = model.slot(number);
        return new Call("setStepCount(p[" + number + "], " + count + ")", model.setStep(number, count), side -> {
            side.optimizer.setStepCount(side.parameter(number), count);
            return null;
        }, null, result -> slot.step = count, model.beginsSlowWeights(number, count) ? List.of(slot) : List.of(), null);
    }

    /** A loss scaler, with its rule in one line. */
    Call scaler() {
        if (oneOf(3)) {
            double scale = any(1.0, 65536.0, 0x1p-126, 0x1p126, 0.0, Double.NaN, 0x1p127);
            int applied = any(0, 1, 2, 3, -1);
            boolean valid = scale >= 0x1p-126 && scale <= 0x1p126 && applied >= 0 && applied < Side.GROWTH_INTERVAL;
            return Call.of("scaler.restore(" + scale + ", " + applied + ")",
                    new Outcome().must(!valid, InvalidHyperparameterException.class),
                    side -> side.scaler.restore(scale, applied), () -> {
                        model.scale = scale;
                        model.appliedInARow = applied;
                    });
        }
        boolean applied = oneOf(2);
        boolean grows = applied && model.appliedInARow == Side.GROWTH_INTERVAL - 1;
        double next = grows ? Math.min(2 * model.scale, 0x1p126)
                : applied ? model.scale : Math.max(model.scale / 2, 0x1p-126);
        int row = applied && !grows ? model.appliedInARow + 1 : 0;
        return Call.of("scaler.update(" + applied + ")", new Outcome(), side -> {
            side.scaler.update(applied);
            return List.of(side.scaler.scale(), side.scaler.appliedInARow());
        }, List.of(next, row), () -> {
            model.scale = next;
            model.appliedInARow = row;
        });
    }
}
