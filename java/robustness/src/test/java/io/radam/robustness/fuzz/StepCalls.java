package io.radam.robustness.fuzz;

import io.radam.GradientStatistics;
import io.radam.InvalidHyperparameterException;
import io.radam.InvalidParameterException;
import io.radam.StepOptions;
import io.radam.StepResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** Steps, and other calls that use gradients. */
final class StepCalls extends Arguments {
    StepCalls(Model model) {
        super(model);
    }

    Call step() {
        StepOptions options = oneOf(40) ? null : options();
        switch (random.nextInt(4)) {
            case 0 -> {
                return step("step(", new Outcome(), model.slots, options,
                        (side, given) -> side.optimizer.step(given));
            }
            case 1 -> {
                int number = parameter();
                Model.Slot slot = model.slot(number);
                return step("step(p[" + number + "], ", model.own(number), slot == null ? List.of() : List.of(slot),
                        options, (side, given) -> side.optimizer.step(side.parameter(number), given));
            }
            case 2 -> {
                int group = group();
                return step("step(group(" + group + "), ", new Outcome()
                        .must(group == -1, NullPointerException.class)
                        .must(group == -2, InvalidParameterException.class),
                        group < 0 ? List.of() : model.groups.get(group).slots, options,
                        (side, given) -> side.optimizer.step(side.group(group), given));
            }
            default -> {
                List<Integer> numbers = IntStream.range(0, random.nextInt(4)).mapToObj(i -> parameter()).toList();
                Outcome outcome = new Outcome().must(numbers.stream().distinct().count() < numbers.size(),
                        InvalidParameterException.class);
                numbers.forEach(number -> outcome.must(number < 0, NullPointerException.class)
                        .must(number >= 0 && model.slot(number) == null, InvalidParameterException.class));
                List<Model.Slot> selected = numbers.stream().map(model::slot).filter(slot -> slot != null).toList();
                Act act = oneOf(3) ? any(Act.values()) : Act.NOTHING;
                int when = random.nextInt(numbers.size() + 1);
                boolean isDone = !model.isClosed && options != null && numbers.subList(0, when).stream()
                        .allMatch(number -> model.slot(number) != null);
                if (act == Act.CHANGES && isDone) {
                    Act.changed(model); // before the step begins
                }
                outcome.and(act.within()).must(act == Act.CLOSES && usesShared(selected),
                        InvalidParameterException.class);
                return step("step(p" + numbers + (act == Act.NOTHING ? "" : ", before " + when + " " + act) + ", ",
                        outcome, selected, options, (side, given) -> side.optimizer.step(
                                new ActingCollection<>(side.parameters(numbers), when, () -> act.run(side)), given));
            }
        }
    }

    /** Whether a step of these uses the memory that functions close. */
    private static boolean usesShared(List<Model.Slot> slots) {
        return slots.stream().filter(slot -> slot.gradient != null).flatMap(slot -> slot.memory().stream())
                .anyMatch(place -> place.base() == Place.Base.SHARED);
    }

    private Call step(String text, Outcome arguments, List<Model.Slot> selected, StepOptions given,
            BiFunction<Side, StepOptions, StepResult> step) {
        List<Model.Slot> slots = List.copyOf(selected);
        StepOptions options = given == null ? StepOptions.NONE : given;
        Outcome outcome = model.use(slots).and(arguments).must(given == null, NullPointerException.class);
        if (options.zeroGradients()) {
            model.requireZeroable(slots, outcome);
        }
        boolean clips = options.maxGradientNorm() < Double.POSITIVE_INFINITY;
        boolean measures = options.skipNonFinite() || clips;
        for (Model.Slot slot : slots) {
            if (slot.gradient != null) {
                float scale = (float) (slot.group.hyperparameters.gradientScale() / options.lossScale());
                boolean bad = !(scale > 0 && Float.isFinite(scale));
                // Where gradients are measured, the step may be skipped before; or the norm may make the factor bad.
                outcome.must(bad && !measures, InvalidHyperparameterException.class)
                        .may(measures, InvalidHyperparameterException.class);
                decide(slot, slots, measures, outcome);
            }
        }
        // Clipping by norm depends on all gradients of the step, and some algorithms on all of the group.
        boolean isAlone = !clips && (!dependsOnOthers() || areOfOwnGroups(slots)) && oneOf(4);
        return new Call(text + given + ")", outcome, side -> result(side, step.apply(side, given), slots), null,
                result -> {
                    if ((Boolean) ((List<?>) result).getFirst()) {
                        stepped(slots, (List<?>) ((List<?>) result).getLast());
                    }
                }, slots, isAlone ? given : null);
    }

    /** Whether the step of a parameter depends on those of others in its group. */
    private boolean dependsOnOthers() {
        return model.algorithm.measuresGroup() || model.algorithm.movesLearningRate();
    }

    /** Whether a step of these has one parameter of a group at most. */
    private static boolean areOfOwnGroups(List<Model.Slot> slots) {
        List<Model.Group> groups =
                slots.stream().filter(slot -> slot.gradient != null).map(slot -> slot.group).toList();
        return groups.stream().distinct().count() == groups.size();
    }

    /** Counts a step. Where it moves learning rates, they are what both sides say they are. */
    private void stepped(List<Model.Slot> slots, List<?> learningRates) {
        for (Model.Slot slot : slots) {
            if (slot.gradient != null) {
                slot.step++;
                if (model.algorithm.movesLearningRate()) {
                    slot.group.hyperparameters = slot.group.hyperparameters
                            .withLearningRate((Double) learningRates.get(model.groups.indexOf(slot.group)));
                }
            }
        }
    }

    /** What the step comes to by the function that says the decay of an average, if it is not skipped before. */
    private static void decide(Model.Slot slot, List<Model.Slot> slots, boolean mayBeSkipped, Outcome outcome) {
        if (slot.spec.average() != null) {
            long step = slot.step + 1;
            Outcome decided = slot.spec.decay().outcome(step).must(
                    slot.spec.decay().act(step) == Act.CLOSES && usesShared(slots), InvalidParameterException.class);
            if (mayBeSkipped) {
                outcome.andPerhaps(decided);
            } else {
                outcome.and(decided);
            }
        }
    }

    /** What sides can compare. */
    private static List<Object> result(Side side, StepResult result, List<Model.Slot> slots) {
        List<Object> all = new ArrayList<>(List.of(result.applied()));
        if (result.statistics() != null) {
            all.addAll(result(side, result.statistics(), slots));
        }
        all.add(side.optimizer.groups().stream().map(group -> group.hyperparameters().learningRate()).toList());
        return all;
    }

    private static List<Object> result(Side side, GradientStatistics statistics, List<Model.Slot> slots) {
        List<Object> all = new ArrayList<>(List.of(statistics.norm(), statistics.maxAbs(), statistics.nonFinite()));
        slots.stream().filter(slot -> slot.gradient != null)
                .forEach(slot -> all.add(statistics.ofParameter(side.parameter(slot.number))));
        return all;
    }

    Call statistics() {
        return new Call("gradientStatistics()", model.use(model.slots),
                side -> result(side, side.optimizer.gradientStatistics(), model.slots), null, result -> { }, List.of(),
                null);
    }

    Call zeroGradients() {
        Outcome outcome = model.use(model.slots);
        model.slots.forEach(slot -> outcome.must(slot.gradient != null && slot.gradient.readOnly(),
                InvalidParameterException.class));
        return new Call("zeroGradients()", outcome, side -> {
            side.optimizer.zeroGradients();
            return null;
        }, null, result -> { }, List.copyOf(model.slots), null);
    }

    Call writeCopies() {
        Outcome outcome = model.open();
        model.slots.forEach(slot -> outcome.must(slot.spec.copy() != null
                && !(model.isAccessible(slot.spec.copy()) && model.isAccessible(slot.values)),
                InvalidParameterException.class));
        return new Call("writeCopies()", outcome, side -> {
            side.optimizer.writeCopies();
            return null;
        }, null, result -> { }, List.copyOf(model.slots), null);
    }
}
