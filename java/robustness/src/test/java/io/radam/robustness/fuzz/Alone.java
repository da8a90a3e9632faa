package io.radam.robustness.fuzz;

import io.radam.Hyperparameters;
import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.Parameter;
import io.radam.ParameterState;
import io.radam.StepOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A parameter as it was before a step, by itself in a new optimizer: whatever happened to the other one before, both
 * have to make the same step.
 */
final class Alone {
    private final Model.Slot slot;
    private final Model.Spec spec;
    private final double factor;
    /** A function of the user may change those of the group within the step, for later ones. */
    private final Hyperparameters hyperparameters;
    private final MemorySegment values;
    private final MemorySegment gradient;
    private final MemorySegment copy;
    private final MemorySegment average;
    private final ParameterState state;

    /** Copies a slot that has a gradient. */
    Alone(Side side, Model.Slot slot, double factor) {
        this.slot = slot;
        this.factor = factor;
        spec = slot.spec;
        hyperparameters = slot.group.hyperparameters;
        values = copyOf(side.segment(slot.values));
        gradient = copyOf(side.segment(slot.gradient));
        copy = copyOf(side.segment(spec.copy()));
        average = copyOf(side.segment(spec.average()));
        ParameterState present = side.optimizer.state(side.parameter(slot.number));
        Map<String, ParameterState.Buffer> buffers = new LinkedHashMap<>();
        present.buffers().forEach((name, buffer) -> buffers.put(name,
                new ParameterState.Buffer(copyOf(buffer.elements()), copyOf(buffer.scales()))));
        state = new ParameterState(present.step(), present.type(), buffers, present.numbers());
    }

    private static MemorySegment copyOf(MemorySegment segment) {
        return segment == null ? null : Arena.ofAuto().allocate(segment.byteSize(), 8).copyFrom(segment);
    }

    /** Makes the step, and fails if a side that has made it has other bits. */
    void compare(Side side, OptimizerBuilder<?, ?> builder, StepOptions options) {
        Parameter.Builder parameter = Parameter.builder(values, gradient).valuesType(spec.valuesType())
                .gradientType(spec.gradientType()).rounding(spec.rounding()).slice(spec.first(), spec.whole())
                .randomIndex(slot.randomIndex);
        if (copy != null) {
            parameter.copy(copy, spec.copyType());
        }
        if (average != null) {
            parameter.average(average, spec.decay().alone());
        }
        if (spec.updates()) {
            parameter.updateInGradient();
        }
        if (spec.rowLength() > 0) {
            parameter.rowLength(spec.rowLength());
        }
        Parameter alone = parameter.build();
        builder.stateType(slot.group.stateType).hyperparameters(hyperparameters);
        try (Optimizer optimizer = builder.parameter(alone).build()) {
            optimizer.restore(alone, state);
            optimizer.setLearningRateFactor(factor);
            optimizer.step(options);
            requireEqual(values, side.segment(slot.values), "values");
            requireEqual(gradient, side.segment(slot.gradient), "gradient");
            requireEqual(copy, side.segment(spec.copy()), "copy");
            requireEqual(average, side.segment(spec.average()), "average");
            ParameterState stepped = side.optimizer.state(side.parameter(slot.number));
            optimizer.state(alone).buffers().forEach((name, buffer) -> {
                requireEqual(buffer.elements(), stepped.buffer(name).elements(), name);
                requireEqual(buffer.scales(), stepped.buffer(name).scales(), name);
            });
            Map<String, Double> numbers = optimizer.state(alone).numbers();
            if (!numbers.equals(stepped.numbers())) {
                throw new AssertionError("p[" + slot.number + "] has " + stepped.numbers() + ", and in an optimizer of "
                        + "its own " + numbers);
            }
        }
    }

    private void requireEqual(MemorySegment one, MemorySegment other, String what) {
        if (one != null && one.mismatch(other) != -1) {
            Numbers.requireEqual(one.toArray(ValueLayout.JAVA_BYTE), other.toArray(ValueLayout.JAVA_BYTE),
                    what + " of p[" + slot.number + "] and in an optimizer of its own");
        }
    }

    /** All slots of a step that have a gradient. */
    static List<Alone> of(Side side, List<Model.Slot> slots, double factor) {
        List<Alone> all = new ArrayList<>();
        for (Model.Slot slot : slots) {
            if (slot.gradient != null) {
                all.add(new Alone(side, slot, factor));
            }
        }
        return all;
    }
}
