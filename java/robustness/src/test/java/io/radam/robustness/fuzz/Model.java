package io.radam.robustness.fuzz;

import io.radam.Algorithm;
import io.radam.DType;
import io.radam.Hyperparameters;
import io.radam.InvalidHyperparameterException;
import io.radam.InvalidParameterException;
import io.radam.InvalidSnapshotException;
import io.radam.OptimizerStateException;
import io.radam.PlateauSchedule;
import io.radam.Rounding;
import io.radam.StateBuffer;
import io.radam.StateType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the documentation promises of an optimizer, but for its arithmetic: what is where, and which calls fail. */
final class Model {
    private static final Class<InvalidParameterException> PARAMETER = InvalidParameterException.class;
    /** The buffer of Lookahead. */
    private static final String SLOW_WEIGHTS = "slow_param";
    /** What the names of all of Lookahead's begin with. */
    private static final String SLOW = "slow_";

    /** What a parameter is made of. What is not there is null. */
    record Spec(String name, Place values, DType valuesType, Place gradient, DType gradientType, Place copy,
            DType copyType, Place average, Decay decay, boolean updates, long first, long wholeLength,
            Rounding rounding, Long randomIndex, long rowLength, Map<String, Place> state, Map<String, Place> scales) {
        long length() {
            return values.bytes() / valuesType.bytes();
        }

        long whole() {
            return wholeLength < 0 ? length() : wholeLength;
        }

        /** What the caller provides for the state. A parameter without elements has no scales. */
        List<Place> stateMemory() {
            List<Place> memory = new ArrayList<>(state.values());
            if (length() > 0) {
                memory.addAll(scales.values());
            }
            return memory;
        }
    }

    /** A parameter that is in the optimizer. */
    static final class Slot {
        final int number;
        final Spec spec;
        final Group group;
        Place values;
        /** Null if none is bound. */
        Place gradient;
        long step;
        long randomIndex;

        Slot(int number, Spec spec, Group group) {
            this.number = number;
            this.spec = spec;
            this.group = group;
            values = spec.values;
        }

        /** What steps write whether a gradient is bound or not. */
        List<Place> fixed() {
            List<Place> fixed = new ArrayList<>();
            if (spec.copy != null) {
                fixed.add(spec.copy);
            }
            if (spec.average != null) {
                fixed.add(spec.average);
            }
            fixed.addAll(spec.stateMemory());
            return fixed;
        }

        List<Place> memory() {
            List<Place> memory = fixed();
            memory.add(values);
            memory.add(gradient);
            return memory;
        }
    }

    static final class Group {
        final String name;
        final StateType stateType;
        Hyperparameters hyperparameters;
        final List<Slot> slots = new ArrayList<>();

        Group(String name, StateType stateType, Hyperparameters hyperparameters) {
            this.name = name;
            this.stateType = stateType;
            this.hyperparameters = hyperparameters;
        }
    }

    record SavedParameter(String name, long length, long first, long whole, long step, long randomIndex,
            DType valuesType, boolean hasAverage) {
    }

    record SavedGroup(String name, StateType stateType, Hyperparameters hyperparameters,
            List<SavedParameter> parameters) {
    }

    record Saved(double factor, long nextRandomIndex, List<SavedGroup> groups) {
    }

    final Algorithm algorithm;
    /** What new groups begin with. */
    final Hyperparameters defaults;
    final Set<Place.Base> closed = EnumSet.of(Place.Base.CLOSED);
    /** Of all parameters that were made, by their numbers. */
    final List<Spec> specs = new ArrayList<>();
    final List<Group> groups = new ArrayList<>();
    /** In the order in which they were added. */
    final List<Slot> slots = new ArrayList<>();
    final List<Saved> snapshots = new ArrayList<>();
    final List<CheckpointCalls.Saved> checkpoints = new ArrayList<>();
    double factor = 1;
    long nextRandomIndex;
    boolean isClosed;
    /** Of the loss scaler. */
    double scale = 65_536;
    int appliedInARow;
    PlateauSchedule.State plateau = new PlateauSchedule.State(1, Double.POSITIVE_INFINITY, 0, 0);

    /** An optimizer without parameters, with one group. */
    Model(Hyperparameters defaults, StateType type) {
        algorithm = defaults.algorithm();
        this.defaults = defaults;
        groups.add(new Group(null, type, defaults));
    }

    /** Null if the parameter is not the optimizer's. */
    Slot slot(int number) {
        return slots.stream().filter(slot -> slot.number == number).findFirst().orElse(null);
    }

    boolean isAlive(Place place) {
        return !closed.contains(place.base());
    }

    boolean isAccessible(Place place) {
        return isAlive(place) && place.base() != Place.Base.FOREIGN;
    }

    private boolean isOf(Place place, DType type, long length) {
        return isAlive(place) && place.fits(type.bytes()) && place.bytes() / type.bytes() == length;
    }

    // ------------------------------------------------------------------------------------------------ which calls fail

    Outcome open() {
        return new Outcome().must(isClosed, OptimizerStateException.class);
    }

    /** A call of a parameter. */
    Outcome own(int number) {
        return open().must(number < 0, NullPointerException.class).must(number >= 0 && slot(number) == null, PARAMETER);
    }

    Outcome build(Spec s) {
        long length = s.length();
        return new Outcome()
                .must(!isOf(s.values, s.valuesType, length) || s.values.readOnly(), PARAMETER)
                .must(s.gradient != null && (!isOf(s.gradient, s.gradientType, length)
                        || s.updates && s.gradient.readOnly() || s.gradient.overlaps(s.values)), PARAMETER)
                .must(s.copy != null && (s.valuesType != DType.FLOAT32 || s.copyType == DType.FLOAT32
                        || !isOf(s.copy, s.copyType, length) || s.copy.readOnly()), PARAMETER)
                .must(s.average != null && (!isOf(s.average, DType.FLOAT32, length) || s.average.readOnly()), PARAMETER)
                .must(s.updates && (s.copy != null || s.average != null), PARAMETER)
                .must(s.rowLength > 0 && (s.first % s.rowLength != 0 || length % s.rowLength != 0
                        || s.whole() % s.rowLength != 0), PARAMETER)
                .must(s.first < 0 || s.first > s.whole() - length, PARAMETER);
    }

    /** Adding parameters to a group with this type of state; names are those of new groups. */
    Outcome add(List<Integer> numbers, StateType type) {
        Outcome outcome = open();
        List<Place> written = new ArrayList<>();
        List<Place> newWritten = new ArrayList<>();
        slots.forEach(slot -> {
            written.addAll(slot.fixed());
            if (slot.gradient != null) {
                written.add(slot.values);
                if (slot.spec.updates) {
                    written.add(slot.gradient);
                }
            }
        });
        List<String> names = new ArrayList<>(slots.stream().map(slot -> slot.spec.name).toList());
        List<Integer> seen = new ArrayList<>();
        for (int number : numbers) {
            outcome.must(number < 0, NullPointerException.class);
            if (number < 0) {
                continue;
            }
            Spec spec = specs.get(number);
            outcome.must(slot(number) != null || seen.contains(number), PARAMETER);
            outcome.must(spec.name != null && names.contains(spec.name), PARAMETER);
            seen.add(number);
            names.add(spec.name);
            long end = spec.first + spec.length();
            outcome.must(type == StateType.BLOCK8
                    && (spec.first % 256 != 0 || end % 256 != 0 && end != spec.whole()), PARAMETER);
            outcome.must(!stateFits(spec, type), PARAMETER);
            outcome.must(spec.average != null && defaults.hasLookahead(), PARAMETER);
            Slot made = new Slot(number, spec, null);
            List<Place> regions = made.fixed();
            regions.add(spec.values);
            for (Place region : regions) {
                outcome.must(overlaps(region, written) || overlaps(region, newWritten), PARAMETER);
                newWritten.add(region);
                // Values of parameters without a gradient, which may be elsewhere before the next step.
                outcome.may(slots.stream().anyMatch(slot -> region.overlaps(slot.values)), PARAMETER);
                // Closed, or of another thread: the next step reports it.
                outcome.may(!isAccessible(region), PARAMETER);
            }
        }
        written.addAll(newWritten);
        for (int number : numbers) {
            if (number >= 0 && specs.get(number).gradient != null) {
                Spec spec = specs.get(number);
                outcome.must(!isAlive(spec.gradient), PARAMETER).may(!isAccessible(spec.gradient), PARAMETER);
                List<Place> others = new ArrayList<>(written);
                for (int other : numbers) {
                    Spec otherSpec = other < 0 ? null : specs.get(other);
                    if (otherSpec != null && otherSpec.gradient == null) {
                        others.remove(otherSpec.values);
                    } else if (otherSpec != null && otherSpec.updates && other != number) {
                        others.add(otherSpec.gradient);
                    }
                }
                outcome.must(overlaps(spec.gradient, others), PARAMETER);
                outcome.may(overlaps(spec.gradient, written), PARAMETER);
                outcome.may(slots.stream().anyMatch(slot -> spec.gradient.overlaps(slot.values)), PARAMETER);
            }
        }
        return outcome;
    }

    /** Whether memory of the caller can be that of the state. */
    private boolean stateFits(Spec spec, StateType type) {
        long scales = Math.ceilDiv(spec.length(), 256L);
        Set<String> scaled = spec.state.keySet().stream().filter(name -> typeOf(name, type) == StateType.BLOCK8)
                .collect(Collectors.toSet());
        return bufferNames().containsAll(spec.state.keySet()) && scaled.containsAll(spec.scales.keySet())
                && spec.state.entrySet().stream().allMatch(entry -> isState(entry.getValue(),
                        typeOf(entry.getKey(), type).bytes(), spec.length()))
                && (scales == 0 || spec.scales.keySet().equals(scaled)
                        && spec.scales.values().stream().allMatch(place -> isState(place, Float.BYTES, scales)));
    }

    /** How a buffer is stored in a group with this type of state. */
    static StateType typeOf(String buffer, StateType type) {
        return buffer.startsWith(SLOW) ? StateType.FLOAT32 : type;
    }

    /** Setting the number of a parameter's steps. */
    Outcome setStep(int number, long count) {
        return own(number).must(count < 0 || count > 1L << 62, PARAMETER)
                .must(beginsSlowWeights(number, count) && !isAccessible(slot(number).values), PARAMETER);
    }

    /** Whether Lookahead begins by a number of steps, and not by the first step. */
    boolean beginsSlowWeights(int number, long count) {
        Slot slot = slot(number);
        return defaults.hasLookahead() && slot != null && slot.step == 0 && count != 0
                && !slot.spec.state.containsKey(SLOW_WEIGHTS);
    }

    private boolean isState(Place place, int bytes, long length) {
        return place.base().isNative() && isAlive(place) && !place.readOnly() && place.fits(bytes)
                && place.bytes() == bytes * length;
    }

    /** Of the state that each parameter has. */
    List<String> bufferNames() {
        return defaults.state().stream().filter(Objects::nonNull).map(StateBuffer::name).toList();
    }

    private static boolean overlaps(Place place, List<Place> others) {
        return others.stream().anyMatch(place::overlaps);
    }

    /** Binding; values are null where only a gradient is bound. */
    Outcome bind(int number, boolean givesValues, Place values, Place gradient) {
        Outcome outcome = own(number)
                .must(gradient == null || givesValues && values == null, NullPointerException.class);
        Slot slot = slot(number);
        if (outcome.mustFail()) {
            return outcome.may(true, PARAMETER);
        }
        Place newValues = values == null ? slot.values : values;
        boolean sameGradient = gradient.equals(slot.gradient);
        boolean sameValues = newValues.equals(slot.values);
        outcome.must(!isOf(gradient, slot.spec.gradientType, slot.spec.length()) || !isAccessible(gradient)
                || slot.spec.updates && gradient.readOnly(), PARAMETER);
        outcome.must(!isOf(newValues, slot.spec.valuesType, slot.spec.length()) || !isAccessible(newValues)
                || newValues.readOnly(), PARAMETER);
        List<Place> written = new ArrayList<>(slot.fixed());
        for (Slot other : slots) {
            if (other != slot) {
                written.addAll(other.fixed());
                if (other.gradient != null) {
                    written.add(other.values);
                    if (other.spec.updates) {
                        written.add(other.gradient);
                    }
                }
            }
        }
        // What is bound already is not looked at again; the next step does that.
        boolean same = sameGradient && sameValues;
        outcome.must(!same && overlaps(gradient, written), PARAMETER).may(overlaps(gradient, written), PARAMETER);
        boolean valuesTaken = overlaps(newValues, written);
        outcome.must(valuesTaken && (slot.gradient == null || !sameValues), PARAMETER).may(valuesTaken, PARAMETER);
        outcome.must(gradient.overlaps(newValues), PARAMETER);
        // The update's old memory would no longer be written.
        outcome.may(slot.spec.updates && slot.gradient != null && slot.gradient.overlaps(newValues), PARAMETER);
        return outcome;
    }

    /** A call that uses the gradients of some parameters, and their other memory. */
    Outcome use(List<Slot> selected) {
        Outcome outcome = open();
        for (Slot slot : selected) {
            if (slot.gradient == null) {
                continue;
            }
            outcome.must(!slot.memory().stream().allMatch(this::isAccessible), PARAMETER);
            for (Slot other : slots) {
                List<Place> written = new ArrayList<>(other.fixed());
                if (other.gradient != null) {
                    written.add(other.values);
                    if (other.spec.updates && other != slot) {
                        written.add(other.gradient);
                    }
                }
                outcome.must(overlaps(slot.gradient, written), PARAMETER);
                outcome.may(slot.gradient.overlaps(other.values), PARAMETER);
            }
            outcome.must(!isInRange(slot.group.hyperparameters, factor), InvalidHyperparameterException.class);
        }
        return outcome;
    }

    /** What a step that sets gradients to zero needs beside. */
    void requireZeroable(List<Slot> selected, Outcome outcome) {
        for (Slot slot : selected) {
            if (slot.gradient != null) {
                outcome.must(slot.gradient.readOnly() || slot.spec.updates, PARAMETER);
            }
        }
        for (Slot one : slots) {
            for (Slot other : slots) {
                outcome.must(one != other && one.gradient != null && other.gradient != null
                        && one.gradient.overlaps(other.gradient), PARAMETER);
            }
        }
    }

    static boolean isInRange(Hyperparameters hyperparameters, double factor) {
        try {
            hyperparameters.withLearningRate(hyperparameters.learningRate() * factor);
            return true;
        } catch (InvalidHyperparameterException e) {
            return false;
        }
    }

    /** A call that looks at the state of some parameters, or writes it. */
    Outcome useState(List<Slot> selected) {
        return open().must(selected.stream().flatMap(slot -> slot.spec.stateMemory().stream())
                .anyMatch(place -> !isAccessible(place)), PARAMETER);
    }

    Outcome restore(Saved saved, boolean converting) {
        return useState(slots).must(!fits(saved, converting), InvalidSnapshotException.class);
    }

    /** Whether it is of an optimizer that was built as this one. */
    boolean fits(Saved saved, boolean converting) {
        boolean fits = saved.groups.size() == groups.size();
        for (int i = 0; fits && i < groups.size(); i++) {
            SavedGroup from = saved.groups.get(i);
            Group to = groups.get(i);
            fits = (converting || from.stateType == to.stateType) && Objects.equals(from.name, to.name)
                    && from.parameters.size() == to.slots.size() && isInRange(from.hyperparameters, saved.factor)
                    && match(from, to) != null;
        }
        return fits;
    }

    /** What each of a group's parameters is restored from; null if they do not fit. */
    static Map<Slot, SavedParameter> match(SavedGroup from, Group to) {
        Map<Slot, SavedParameter> matched = new HashMap<>();
        boolean named = to.slots.stream().allMatch(slot -> slot.spec.name != null)
                && from.parameters.stream().allMatch(saved -> saved.name != null);
        for (int i = 0; i < to.slots.size(); i++) {
            Slot slot = to.slots.get(i);
            SavedParameter saved = named
                    ? from.parameters.stream().filter(p -> p.name.equals(slot.spec.name)).findFirst().orElse(null)
                    : from.parameters.get(i);
            if (saved == null || !Objects.equals(saved.name, slot.spec.name)
                    || saved.length != slot.spec.length() || saved.first != slot.spec.first
                    || saved.whole != slot.spec.whole()) {
                return null;
            }
            matched.put(slot, saved);
        }
        return matched;
    }

    /** Where it is in a list that may have equal ones. */
    static int indexOf(List<SavedParameter> parameters, SavedParameter one) {
        return IntStream.range(0, parameters.size()).filter(i -> parameters.get(i) == one).findFirst().orElseThrow();
    }

    // ----------------------------------------------------------------------------------------------- what calls change

    void added(Group group, List<Integer> numbers) {
        for (int number : numbers) {
            Slot slot = new Slot(number, specs.get(number), group);
            slot.gradient = slot.spec.gradient;
            slot.randomIndex = slot.spec.randomIndex != null ? slot.spec.randomIndex : nextRandomIndex;
            nextRandomIndex++;
            slots.add(slot);
            group.slots.add(slot);
        }
    }

    void removed(Slot slot) {
        slots.remove(slot);
        slot.group.slots.remove(slot);
    }

    Saved save() {
        return new Saved(factor, nextRandomIndex, groups.stream().map(group -> new SavedGroup(group.name,
                group.stateType, group.hyperparameters, group.slots.stream().map(slot -> new SavedParameter(
                slot.spec.name, slot.spec.length(), slot.spec.first, slot.spec.whole(), slot.step, slot.randomIndex,
                slot.spec.valuesType, slot.spec.average != null))
                .toList())).toList());
    }

    void restored(Saved saved) {
        for (int i = 0; i < groups.size(); i++) {
            match(saved.groups.get(i), groups.get(i)).forEach((slot, from) -> {
                slot.step = from.step;
                slot.randomIndex = from.randomIndex;
            });
            groups.get(i).hyperparameters = saved.groups.get(i).hyperparameters;
        }
        factor = saved.factor;
        nextRandomIndex = saved.nextRandomIndex;
    }
}
