package io.radam.robustness.fuzz;

import io.radam.DType;
import io.radam.Hyperparameters;
import io.radam.InvalidHyperparameterException;
import io.radam.InvalidParameterException;
import io.radam.Parameter;
import io.radam.Rounding;
import io.radam.StateType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Calls for parameters and what is bound to them, and what programs do with memory. */
final class MemoryCalls extends Arguments {
    private static final int MOST_PARAMETERS = 24;

    MemoryCalls(Model model) {
        super(model);
    }

    Call newParameter() {
        DType type = oneOf(4) ? any(DType.values()) : DType.FLOAT32;
        DType gradientType = oneOf(4) ? any(DType.values()) : DType.FLOAT32;
        DType copyType = any(DType.BFLOAT16, DType.FLOAT16, DType.FLOAT16, DType.FLOAT32);
        Place values = place(type, oneOf(4) ? random.nextInt(40) : random.nextInt(5));
        long length = values.bytes() / type.bytes();
        boolean sliced = oneOf(6);
        Model.Spec spec = new Model.Spec(oneOf(3) ? "p" + random.nextInt(4) : null, values, type,
                oneOf(3) ? null : place(gradientType, length), gradientType,
                oneOf(6) && type == DType.FLOAT32 ? place(copyType, length) : null, copyType,
                oneOf(3) ? place(DType.FLOAT32, length) : null, any(Decay.values()), oneOf(10),
                sliced ? any(0L, 256L, 512L, 3L, -1L) : 0, sliced ? any(768L, 256 + length, length) : -1,
                any(Rounding.values()), oneOf(6) ? Long.valueOf(random.nextInt(9)) : null,
                oneOf(2) ? any(1L, 2L, length, Math.max(1, length / 2)) : 0, new TreeMap<>(), new TreeMap<>());
        if (oneOf(3)) {
            provideState(spec);
        }
        if (model.specs.size() >= MOST_PARAMETERS) {
            return fill();
        }
        int made = model.specs.size();
        return Call.of("p[" + made + "] = " + spec, model.build(spec), side -> {
            side.parameters.add(build(side, spec));
        }, () -> model.specs.add(spec));
    }

    /** Memory for the state, as one of the types has it. */
    private void provideState(Model.Spec spec) {
        StateType type = !oneOf(6) ? model.groups.getFirst().stateType : any(StateType.values());
        for (String buffer : model.bufferNames()) {
            StateType stored = oneOf(FEW) ? type : Model.typeOf(buffer, type);
            if (!oneOf(4)) {
                spec.state().put(buffer, statePlace(stored.bytes(), spec.length()));
            }
            if (stored == StateType.BLOCK8 ? spec.state().containsKey(buffer) && !oneOf(12) : oneOf(FEW)) {
                spec.scales().put(buffer, scalesPlace(Math.ceilDiv(spec.length(), 256L)));
            }
        }
        if (oneOf(FEW)) {
            spec.state().put("no_buffer", statePlace(type.bytes(), spec.length()));
        }
    }

    private static Parameter build(Side side, Model.Spec spec) {
        Parameter.Builder builder = spec.gradient() == null ? Parameter.builder(side.segment(spec.values()))
                : Parameter.builder(side.segment(spec.values()), side.segment(spec.gradient()));
        builder.valuesType(spec.valuesType()).gradientType(spec.gradientType()).rounding(spec.rounding());
        if (spec.name() != null) {
            builder.name(spec.name());
        }
        if (spec.copy() != null) {
            builder.copy(side.segment(spec.copy()), spec.copyType());
        }
        if (spec.average() != null) {
            builder.average(side.segment(spec.average()), spec.decay().of(side));
        }
        if (spec.updates()) {
            builder.updateInGradient();
        }
        if (spec.wholeLength() >= 0) {
            builder.slice(spec.first(), spec.wholeLength());
        }
        if (spec.randomIndex() != null) {
            builder.randomIndex(spec.randomIndex());
        }
        if (spec.rowLength() > 0) {
            builder.rowLength(spec.rowLength());
        }
        spec.state().forEach((buffer, place) -> builder.state(buffer, side.segment(place)));
        spec.scales().forEach((buffer, place) -> builder.stateScales(buffer, side.segment(place)));
        return builder.build();
    }

    Call add() {
        int group = group();
        List<Integer> numbers = toAdd();
        Outcome outcome = group < 0 ? model.open() : model.add(numbers, model.groups.get(group).stateType);
        outcome.must(group == -1 || numbers.contains(-1), NullPointerException.class)
                .must(group == -2, InvalidParameterException.class);
        return Call.of("add(group(" + group + "), p" + numbers + ")", outcome,
                side -> side.optimizer.add(side.group(group), withState(side, numbers)),
                () -> model.added(model.groups.get(group), numbers));
    }

    Call addGroup() {
        List<Integer> numbers = toAdd();
        if (model.groups.size() > 2) {
            return fill();
        }
        StateType type = any(StateType.values());
        double rate = number();
        String name = oneOf(2) ? "g" + random.nextInt(2) : null;
        Act act = oneOf(4) ? any(Act.THROWS, Act.CHANGES, Act.CLOSES) : Act.NOTHING;
        if (act == Act.CLOSES) {
            model.closed.add(Place.Base.SHARED); // before the group is added
        }
        Outcome outcome = model.add(numbers, type).must(act == Act.THROWS, Act.Thrown.class);
        boolean valid = isValid(model.defaults, h -> h.withLearningRate(rate));
        outcome.must(numbers.contains(-1), NullPointerException.class)
                .must(!valid, InvalidHyperparameterException.class)
                .must(name != null && model.groups.stream().anyMatch(group -> name.equals(group.name)),
                        InvalidParameterException.class);
        return Call.of("addGroup(" + name + ", " + type + ", learningRate " + rate + ", p" + numbers + ", " + act + ")",
                outcome, side -> {
                    side.optimizer.addGroup(group -> {
                        act.run(side);
                        // Not learningRate(rate), which sets one more hyperparameter of AdaBound.
                        group.parameters(withState(side, numbers)).stateType(type)
                                .set(Hyperparameters.LEARNING_RATE, rate);
                        if (name != null) {
                            group.name(name);
                        }
                    });
                }, () -> {
                    Model.Group group = new Model.Group(name, type,
                            model.defaults.withLearningRate(rate));
                    model.groups.add(group);
                    model.added(group, numbers);
                });
    }

    Call remove() {
        int number = parameter();
        return Call.of("remove(p[" + number + "])", model.own(number),
                side -> side.optimizer.remove(side.parameter(number)), () -> model.removed(model.slot(number)));
    }

    Call bind() {
        int number = parameter();
        Model.Spec spec = number < 0 ? null : model.specs.get(number);
        Model.Slot slot = model.slot(number);
        Place gradient = spec == null || oneOf(20) ? null : place(spec.gradientType(), spec.length());
        if (slot != null && oneOf(4)) {
            gradient = slot.gradient;
        }
        boolean givesValues = oneOf(2);
        Place values = !givesValues || spec == null || oneOf(20) ? null
                : slot != null && oneOf(3) ? slot.values : place(spec.valuesType(), spec.length());
        Place newGradient = gradient;
        return Call.of("bind(p[" + number + "], " + (givesValues ? values + ", " : "") + gradient + ")",
                model.bind(number, givesValues, values, gradient), side -> {
                    if (givesValues) {
                        side.optimizer.bind(side.parameter(number), side.segment(values), side.segment(newGradient));
                    } else {
                        side.optimizer.bind(side.parameter(number), side.segment(newGradient));
                    }
                }, () -> {
                    slot.gradient = newGradient;
                    if (givesValues) {
                        slot.values = values;
                    }
                });
    }

    Call unbind() {
        int number = parameter();
        return Call.of("unbind(p[" + number + "])", model.own(number),
                side -> side.optimizer.unbind(side.parameter(number)), () -> model.slot(number).gradient = null);
    }

    /** Writes to all memory numbers that are neither large nor small, whichever type they are read as. */
    Call fill() {
        long seed = random.nextLong();
        boolean notFinite = oneOf(8);
        return new Call("fill(" + seed + (notFinite ? ", with a few that are not finite" : "") + ")", new Outcome(),
                side -> {
                    SplittableRandom numbers = new SplittableRandom(seed);
                    ByteBuffer bytes = ByteBuffer.allocate(Place.BYTES);
                    while (bytes.hasRemaining()) {
                        int unit = numbers.nextInt() & 0x8000 | 0x3c00 + numbers.nextInt(0x400);
                        bytes.putShort(Short.reverseBytes((short) unit));
                    }
                    if (notFinite) {
                        bytes.putShort(2 + 4 * numbers.nextInt(Place.BYTES / 4), Short.reverseBytes((short) 0x7f80));
                    }
                    side.fill(bytes.flip());
                    return null;
                }, null, result -> { }, null, null);
    }

    /** Closes memory or, rarely, the optimizer. */
    Call close() {
        if (oneOf(30)) {
            return Call.of("close()", new Outcome(), side -> side.optimizer.close(), () -> model.isClosed = true);
        }
        Place.Base base = any(Place.Base.SHARED, Place.Base.CONFINED);
        if (!oneOf(4) || model.closed.contains(base)) {
            return fill();
        }
        return Call.of("close the memory " + base, new Outcome(), side -> {
            (base == Place.Base.SHARED ? side.shared : side.confined).close();
        }, () -> model.closed.add(base));
    }
}
