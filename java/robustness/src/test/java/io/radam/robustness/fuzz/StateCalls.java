package io.radam.robustness.fuzz;

import io.radam.InvalidParameterException;
import io.radam.OptimizerSnapshot;
import io.radam.ParameterState;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Calls for state and snapshots, and calls that ask. */
final class StateCalls extends Arguments {
    StateCalls(Model model) {
        super(model);
    }

    Call snapshot() {
        if (oneOf(2) && !model.snapshots.isEmpty()) {
            int number = random.nextInt(model.snapshots.size());
            Model.Saved saved = model.snapshots.get(number);
            return new Call("restore(snapshot[" + number + "])", model.restore(saved, false), side -> {
                side.optimizer.restore(side.snapshots.get(number));
                requireRestored(side, number, saved);
                return null;
            }, null, result -> model.restored(saved), null, null);
        }
        if (model.snapshots.size() > 3) {
            return look();
        }
        return Call.of("snapshot[" + model.snapshots.size() + "] = snapshot()", model.useState(model.slots),
                side -> {
                    side.snapshots.add(side.optimizer.snapshot());
                }, () -> model.snapshots.add(model.save()));
    }

    private void requireRestored(Side side, int number, Model.Saved saved) {
        for (int i = 0; i < model.groups.size(); i++) {
            List<OptimizerSnapshot.Entry> entries = side.snapshots.get(number).groups().get(i).parameters();
            List<Model.SavedParameter> names = saved.groups().get(i).parameters();
            Model.match(saved.groups().get(i), model.groups.get(i)).forEach((slot, from) -> requireEqual(
                    entries.get(Model.indexOf(names, from)).state(),
                    side.optimizer.state(side.parameter(slot.number))));
        }
    }

    static void requireEqual(ParameterState from, ParameterState to) {
        to.buffers().forEach((name, buffer) -> {
            ParameterState.Buffer other = from.buffer(name);
            if (other.elements().mismatch(buffer.elements()) != -1
                    || buffer.scales() != null && other.scales().mismatch(buffer.scales()) != -1) {
                throw new AssertionError("restored, but not as it was: " + name);
            }
        });
    }

    /** Restores a copy of one parameter's state to another. */
    Call state() {
        int from = parameter();
        int to = parameter();
        Model.Slot source = model.slot(from);
        Model.Slot target = model.slot(to);
        Outcome outcome = model.own(from).and(model.own(to))
                .and(model.useState(Stream.of(source, target).filter(Objects::nonNull).toList()));
        boolean fits = source != null && target != null && source.group.stateType == target.group.stateType
                && (model.bufferNames().isEmpty() || source.spec.length() == target.spec.length());
        outcome.must(source != null && target != null && !fits, InvalidParameterException.class);
        return new Call("restore(p[" + to + "], state(p[" + from + "]))", outcome, side -> {
            ParameterState state = side.optimizer.state(side.parameter(from));
            side.optimizer.restore(side.parameter(to), state);
            requireEqual(state, side.optimizer.state(side.parameter(to)));
            return null;
        }, null, result -> target.step = source.step, target == null ? List.of() : List.of(target), null);
    }

    /** Asks what the model knows of a parameter. */
    Call look() {
        int number = parameter();
        Model.Slot slot = model.slot(number);
        return switch (random.nextInt(5)) {
            case 0 -> Call.of("values(p[" + number + "])", model.own(number),
                    side -> side.placeOf(side.optimizer.values(side.parameter(number))),
                    slot == null ? null : slot.values, () -> { });
            case 1 -> Call.of("gradient(p[" + number + "])", model.own(number),
                    side -> side.placeOf(side.optimizer.gradient(side.parameter(number))),
                    slot == null ? null : slot.gradient, () -> { });
            case 2 -> Call.of("randomIndex(p[" + number + "])", model.own(number),
                    side -> side.optimizer.randomIndex(side.parameter(number)),
                    slot == null ? null : slot.randomIndex, () -> { });
            case 3 -> Call.of("nextRandomIndex()", model.open(), side -> side.optimizer.nextRandomIndex(),
                    model.nextRandomIndex, () -> { });
            default -> Call.of("coefficients(p[" + number + "])", model.own(number),
                    side -> side.optimizer.coefficients(side.parameter(number)).toString(), null, () -> { });
        };
    }

    Call lookUp() {
        String name = "p" + random.nextInt(4);
        int number = model.slots.stream().filter(slot -> name.equals(slot.spec.name())).mapToInt(slot -> slot.number)
                .findFirst().orElse(-1);
        if (oneOf(2)) {
            return Call.of("parameter(" + name + ")", model.open().must(number < 0, InvalidParameterException.class),
                    side -> side.parameters.indexOf(side.optimizer.parameter(name)), number, () -> { });
        }
        String groupName = "g" + random.nextInt(2);
        int group = IntStream.range(0, model.groups.size()).filter(i -> groupName.equals(model.groups.get(i).name))
                .findFirst().orElse(-1);
        return Call.of("group(" + groupName + ")", new Outcome().must(group < 0, InvalidParameterException.class),
                side -> side.optimizer.groups().indexOf(side.optimizer.group(groupName)), group, () -> { });
    }
}
