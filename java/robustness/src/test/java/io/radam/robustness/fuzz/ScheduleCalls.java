package io.radam.robustness.fuzz;

import io.radam.InvalidHyperparameterException;
import io.radam.LearningRateSchedule;
import io.radam.PlateauSchedule;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Schedules of the learning rate, which set the optimizer's factor. */
final class ScheduleCalls extends Arguments {
    private static final double REDUCTION = 0.5;
    private static final int PATIENCE = 1;
    private static final double THRESHOLD = 0.25;
    private static final int COOLDOWN = 2;
    private static final double LOWEST = 0.0625;

    ScheduleCalls(Model model) {
        super(model);
    }

    static PlateauSchedule newPlateau() {
        return new PlateauSchedule(REDUCTION, PATIENCE, THRESHOLD, COOLDOWN, LOWEST);
    }

    /**
     * A schedule.
     *
     * @param text   as in a program
     * @param valid  whether it can be made
     * @param ofUser whether it is the user's own, which does not look whether there is such a step
     * @param largest factor, to which it is rounded
     * @param factor  of a step, by the documentation
     */
    private record Schedule(String text, boolean valid, boolean ofUser, double largest,
            Supplier<LearningRateSchedule> made, Formula factor) {
        Schedule(String text, boolean valid, double largest, Supplier<LearningRateSchedule> made, Formula factor) {
            this(text, valid, false, largest, made, factor);
        }


        /** By which it begins with a warm-up. */
        Schedule afterWarmup(long warmup) {
            return new Schedule(text + ".afterWarmup(" + warmup + ")", valid && warmup >= 0, ofUser, largest,
                    () -> made.get().afterWarmup(warmup),
                    step -> step <= warmup ? factor.at(1) * step / warmup : factor.at(step - warmup));
        }
    }

    private interface Formula {
        double at(long step);
    }

    Call schedule() {
        Schedule schedule = choose();
        if (oneOf(3)) {
            schedule = schedule.afterWarmup(any(0L, 1L, 7L, -1L));
        }
        long step = oneOf(12) ? any(0L, -5L) : oneOf(4) ? any(1L, 1L << 40) : random.nextInt(1, 30);
        return set(schedule, schedule.ofUser ? Math.max(1, step) : step);
    }

    private Schedule choose() {
        double from = factor();
        double to = factor();
        long steps = random.nextInt(20);
        return switch (random.nextInt(7)) {
            case 0 -> new Schedule("constant(" + from + ")", isFactor(from), from,
                    () -> LearningRateSchedule.constant(from), step -> from);
            case 1 -> new Schedule("linear(" + from + ", " + to + ", " + steps + ")",
                    isFactor(from) && isFactor(to) && steps >= 2, Math.max(from, to),
                    () -> LearningRateSchedule.linear(from, to, steps),
                    step -> from + (to - from) * progress(step, steps));
            case 2 -> new Schedule("cosine(" + from + ", " + to + ", " + steps + ")",
                    isFactor(from) && isFactor(to) && steps >= 2, Math.max(from, to),
                    () -> LearningRateSchedule.cosine(from, to, steps),
                    step -> wave(from, to, progress(step, steps)));
            case 3 -> restarts(from, steps, any(0, 1, 2, 3, Integer.MAX_VALUE));
            case 4 -> new Schedule("stairs(" + from + ", " + steps + ")",
                    from > 0 && isFactor(from) && steps >= 1, from,
                    () -> LearningRateSchedule.stairs(from, steps),
                    step -> Math.pow(from, Math.floor((step - 1) / (double) steps)));
            case 5 -> oneCycle(steps, random.nextDouble(), oneOf(3) ? from : 1 / from, oneOf(3) ? to : 1 / to);
            default -> {
                Act act = any(Act.NOTHING, Act.THROWS);
                yield new Schedule("of the user: " + from + ", " + act, true, true, from, () -> step -> {
                    act.run(null);
                    return from;
                }, step -> {
                    act.run(null);
                    return from;
                });
            }
        };
    }

    /** Ordinary ones, mostly. */
    private double factor() {
        return oneOf(12) ? any(-1.0, Double.NaN, Double.POSITIVE_INFINITY, Double.MAX_VALUE, 1e308, 4.9e-324)
                : any(0.0, 0.25, 1.0, 1e-3, 3.0);
    }

    private static boolean isFactor(double factor) {
        return factor >= 0 && factor < Double.POSITIVE_INFINITY;
    }

    private static double progress(long step, long steps) {
        return (Math.min(step, steps) - 1) / (steps - 1.0);
    }

    private static double wave(double from, double to, double progress) {
        double weight = (1 + Math.cos(Math.PI * progress)) / 2;
        return from * weight + to * (1 - weight);
    }

    private static Schedule restarts(double lowest, long period, int growth) {
        return new Schedule("cosineWithRestarts(" + lowest + ", " + period + ", " + growth + ")",
                lowest >= 0 && lowest <= 1 && period >= 1 && growth >= 1, 1,
                () -> LearningRateSchedule.cosineWithRestarts(lowest, period, growth), step -> {
                    double at = step - 1;
                    double length = period;
                    if (growth == 1) {
                        at = (step - 1) % period;
                    }
                    for (; at >= length; length *= growth) {
                        at -= length;
                    }
                    return wave(1, lowest, at / length);
                });
    }

    private static Schedule oneCycle(long steps, double upward, double division, double lastDivision) {
        double first = 1 / division;
        double last = first / lastDivision;
        return new Schedule("oneCycle(" + steps + ", " + upward + ", " + division + ", " + lastDivision + ")",
                steps >= 2 && upward * steps > 1 && division > 0 && lastDivision > 0 && isFactor(first)
                        && isFactor(last), Math.max(first, last),
                () -> LearningRateSchedule.oneCycle(steps, upward, division, lastDivision), step -> {
                    double at = Math.min(step - 1.0, steps - 1);
                    double top = upward * steps - 1;
                    return at <= top ? wave(first, 1, at / top) : wave(1, last, (at - top) / (steps - 1 - top));
                });
    }

    private Call set(Schedule schedule, long step) {
        Outcome outcome = new Outcome().must(!schedule.valid, InvalidHyperparameterException.class)
                .must(step < 1 && !schedule.ofUser, IllegalArgumentException.class);
        double expected = 0;
        if (schedule.valid) {
            try {
                expected = schedule.factor.at(Math.max(1, step));
            } catch (Act.Thrown e) {
                outcome.must(true, Act.Thrown.class);
            }
        }
        // The last bits are the schedule's own.
        double factor = outcome.mustFail() ? 0 : schedule.made.get().factor(step);
        double near = expected;
        return setFactor("setLearningRateFactor(" + schedule.text + ".factor(" + step + "))", outcome, factor, side -> {
            double made = schedule.made.get().factor(step);
            if (!schedule.ofUser && !(made >= 0) || Math.abs(made - near) > 1e-9 * Math.max(1, schedule.largest)) {
                throw new AssertionError("the factor is " + made + ", and should be " + near);
            }
            return made;
        });
    }

    private Call setFactor(String text, Outcome outcome, double factor, ToDoubleFunction<Side> made) {
        boolean fits = isFactor(factor)
                && model.groups.stream().allMatch(group -> Model.isInRange(group.hyperparameters, factor));
        return Call.of(text, outcome.must(!fits, InvalidHyperparameterException.class), side -> {
            side.optimizer.setLearningRateFactor(made.applyAsDouble(side));
        }, () -> model.factor = factor);
    }

    /** A schedule that follows the loss, with its rule in a few lines. */
    Call plateau() {
        if (oneOf(3)) {
            return setFactor("setLearningRateFactor(plateau.factor())", new Outcome(), model.plateau.factor(),
                    side -> side.plateau.factor());
        }
        PlateauSchedule.State before = model.plateau;
        if (oneOf(3)) {
            PlateauSchedule.State state = new PlateauSchedule.State(any(1.0, 0.25, LOWEST, 0.0, 1.5, Double.NaN),
                    any(1.0, -2.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN), any(0, 1, 2, -1),
                    any(0, 1, 2, 3, -1));
            boolean valid = state.factor() >= LOWEST && state.factor() <= 1 && !Double.isNaN(state.best())
                    && state.worseInARow() >= 0 && state.worseInARow() <= PATIENCE
                    && state.cooldownLeft() >= 0 && state.cooldownLeft() <= COOLDOWN;
            return Call.of("plateau.restore(" + state + ")",
                    new Outcome().must(!valid, InvalidHyperparameterException.class), side -> {
                        side.plateau.restore(state);
                        return side.plateau.state();
                    }, state, () -> model.plateau = state);
        }
        double loss = oneOf(4) ? any(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1e300)
                : random.nextDouble(-1, 2);
        double best = before.best();
        boolean better = loss < (Double.isInfinite(best) ? best : best - THRESHOLD * Math.abs(best));
        boolean counts = !better && before.cooldownLeft() == 0;
        boolean reduces = counts && before.worseInARow() == PATIENCE;
        PlateauSchedule.State after = new PlateauSchedule.State(
                reduces ? Math.max(LOWEST, REDUCTION * before.factor()) : before.factor(), better ? loss : best,
                counts && !reduces ? before.worseInARow() + 1 : 0,
                reduces ? COOLDOWN : Math.max(0, before.cooldownLeft() - 1));
        return Call.of("plateau.update(" + loss + ")", new Outcome(), side -> {
            side.plateau.update(loss);
            return side.plateau.state();
        }, after, () -> model.plateau = after);
    }
}
