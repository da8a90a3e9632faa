package io.radam.robustness.fuzz;

import io.radam.Conversions;
import io.radam.InvalidParameterException;
import io.radam.InvalidSnapshotException;
import io.radam.OptimizerSnapshot;
import io.radam.ParameterState;
import io.radam.PlateauSchedule;
import io.radam.checkpoint.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** Writes the training to files, and restores it from them. */
final class CheckpointCalls extends Arguments {
    private static final int MOST = 3;

    /** What a checkpoint consists of, beside the state. */
    record Parts(boolean values, boolean averages, boolean schedules) {
    }

    /** What the model knows of a file. */
    record Saved(Model.Saved saved, Parts parts, double scale, int appliedInARow, PlateauSchedule.State plateau) {
    }

    /**
     * A file of a side, and what it should have.
     *
     * @param values   by groups and parameters; null where it could not be read
     * @param averages the same; null where there is none
     */
    record Written(Path file, OptimizerSnapshot snapshot, List<List<byte[]>> values, List<List<byte[]>> averages) {
    }

    CheckpointCalls(Model model) {
        super(model);
    }

    Call checkpoint() {
        Parts parts = new Parts(!oneOf(3), !oneOf(3), oneOf(2));
        Act act = oneOf(8) ? Act.THROWS : Act.NOTHING;
        int present = model.checkpoints.size();
        return present == 0 || oneOf(3) ? write(present < MOST ? present : random.nextInt(MOST), parts, act)
                : restore(random.nextInt(present), parts, oneOf(2), act);
    }

    private Call write(int number, Parts parts, Act act) {
        Outcome outcome = model.useState(model.slots).and(use(parts, false))
                .must(act == Act.THROWS && !model.slots.isEmpty(), Act.Thrown.class);
        return Call.of("checkpoint[" + number + "] = write(" + parts + ", progress " + act + ")", outcome, side -> {
            Path file = side.file(number);
            try {
                checkpoint(side, parts, act).write(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            put(side.checkpoints, number, new Written(file, side.optimizer.snapshot(),
                    bytes(side, slot -> slot.values), bytes(side, slot -> slot.spec.average())));
        }, () -> put(model.checkpoints, number,
                new Saved(model.save(), parts, model.scale, model.appliedInARow, model.plateau)));
    }

    private static <T> void put(List<T> list, int number, T element) {
        if (number == list.size()) {
            list.add(element);
        } else {
            list.set(number, element);
        }
    }

    private static Checkpoint checkpoint(Side side, Parts parts, Act act) {
        Checkpoint checkpoint = Checkpoint.of(side.optimizer).progress((done, total) -> act.run(side));
        if (parts.values) {
            checkpoint.withParameters();
        }
        if (parts.averages) {
            checkpoint.withAverages();
        }
        return parts.schedules ? checkpoint.lossScaler(side.scaler).plateau(side.plateau) : checkpoint;
    }

    /** What a checkpoint needs of the parameters' memory. */
    private Outcome use(Parts parts, boolean restores) {
        List<Place> places = new ArrayList<>();
        for (Model.Slot slot : model.slots) {
            if (parts.values) {
                places.add(slot.values);
                places.add(restores ? slot.spec.copy() : null);
            }
            places.add(parts.averages ? slot.spec.average() : null);
        }
        return new Outcome().must(places.stream().anyMatch(place -> place != null && !model.isAccessible(place)),
                InvalidParameterException.class);
    }

    private List<List<byte[]>> bytes(Side side, Function<Model.Slot, Place> part) {
        List<List<byte[]>> all = new ArrayList<>();
        for (Model.Group group : model.groups) {
            List<byte[]> ofGroup = new ArrayList<>();
            group.slots.forEach(slot -> ofGroup.add(bytes(side, part.apply(slot))));
            all.add(ofGroup);
        }
        return all;
    }

    private byte[] bytes(Side side, Place place) {
        return place == null || !model.isAccessible(place) ? null
                : side.segment(place).toArray(ValueLayout.JAVA_BYTE);
    }

    private Call restore(int number, Parts parts, boolean converting, Act act) {
        Saved file = model.checkpoints.get(number);
        boolean someAverage = model.slots.stream().anyMatch(slot -> slot.spec.average() != null);
        Outcome outcome = model.restore(file.saved, converting).and(use(parts, true))
                .must(parts.schedules && !file.parts.schedules
                        || parts.values && !file.parts.values && !model.slots.isEmpty()
                        || parts.averages && !file.parts.averages && someAverage, InvalidSnapshotException.class)
                .must(act == Act.THROWS && file.saved.groups().stream()
                        .anyMatch(group -> !group.parameters().isEmpty()), Act.Thrown.class);
        if (model.fits(file.saved, converting)) {
            for (int i = 0; i < model.groups.size(); i++) {
                Model.match(file.saved.groups().get(i), model.groups.get(i)).forEach((slot, from) -> outcome.must(
                        parts.values && slot.spec.valuesType() != from.valuesType()
                                || parts.averages && slot.spec.average() != null && !from.hasAverage(),
                        InvalidSnapshotException.class));
            }
        }
        return new Call("restore(checkpoint[" + number + "], " + parts + (converting ? ", converting" : "")
                + ", progress " + act + ")", outcome, side -> {
                    Checkpoint checkpoint = checkpoint(side, parts, act);
                    try {
                        (converting ? checkpoint.convertingState() : checkpoint)
                                .restore(side.checkpoints.get(number).file);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    requireRestored(side, side.checkpoints.get(number), file.saved, parts);
                    return null;
                }, null, result -> restored(file, parts), null, null);
    }

    private void restored(Saved file, Parts parts) {
        model.restored(file.saved);
        if (parts.schedules) {
            model.scale = file.scale;
            model.appliedInARow = file.appliedInARow;
            model.plateau = file.plateau;
        }
    }

    private void requireRestored(Side side, Written written, Model.Saved saved, Parts parts) {
        for (int i = 0; i < model.groups.size(); i++) {
            int group = i;
            Model.Group to = model.groups.get(i);
            Model.match(saved.groups().get(i), to).forEach((slot, from) -> {
                int at = Model.indexOf(saved.groups().get(group).parameters(), from);
                ParameterState state = written.snapshot.groups().get(group).parameters().get(at).state();
                if (slot.spec.stateMemory().stream().allMatch(place -> isAlone(slot, place))) {
                    StateCalls.requireEqual(Conversions.convert(state, model.algorithm, to.stateType, Arena.ofAuto()),
                            side.optimizer.state(side.parameter(slot.number)));
                }
                requireEqual(parts.values, slot, slot.values, written.values.get(group).get(at), side);
                requireEqual(parts.averages, slot, slot.spec.average(), written.averages.get(group).get(at), side);
            });
        }
    }

    private void requireEqual(boolean isPart, Model.Slot slot, Place place, byte[] saved, Side side) {
        if (isPart && place != null && isAlone(slot, place) && !Arrays.equals(saved, bytes(side, place))) {
            throw new AssertionError("restored, but not as it was: " + place);
        }
    }

    /** Whether no other parameter has a part of a place: values may be anywhere where no gradient is bound. */
    private boolean isAlone(Model.Slot slot, Place place) {
        return model.slots.stream().filter(other -> other != slot).flatMap(other -> other.memory().stream())
                .filter(Objects::nonNull).noneMatch(place::overlaps)
                && slot.fixed().stream().allMatch(fixed -> fixed.equals(place) || !place.overlaps(fixed))
                && (place.equals(slot.values) || !place.overlaps(slot.values));
    }
}
