package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** One of several optimizers that must do the same: a model in memory of its own, on one backend, with some threads. */
final class Contestant implements AutoCloseable {
    /**
     * What all contestants have in common.
     *
     * @param lengths of the parameters
     */
    record Group(Hyperparameters hyperparameters, List<Integer> lengths) {
    }

    private final Arena arena = Arena.ofShared();
    private final String name;
    private final List<Parameter> parameters = new ArrayList<>();
    private final Optimizer optimizer;

    Contestant(String name, List<Group> groups, Consumer<OptimizerBuilder<?, ?>> settings, RandomGenerator random) {
        this.name = name;
        OptimizerBuilder<?, ?> builder = builder(groups.getFirst().hyperparameters().algorithm());
        settings.accept(builder);
        for (Group group : groups) {
            List<Parameter> ofGroup = group.lengths().stream().map(length -> Parameter.of(
                    SegmentKind.any(random).allocate(arena, length),
                    SegmentKind.any(random).allocate(arena, length))).toList();
            parameters.addAll(ofGroup);
            builder.group(g -> g.parameters(ofGroup).hyperparameters(group.hyperparameters()));
        }
        optimizer = builder.build();
    }

    static OptimizerBuilder<?, ?> builder(Algorithm algorithm) {
        return Optimizer.builder(algorithm.defaults());
    }

    Optimizer optimizer() {
        return optimizer;
    }

    /** Takes over all values and state. */
    void restore(List<PlainReference> references) {
        for (int i = 0; i < parameters.size(); i++) {
            PlainReference from = references.get(i);
            parameters.get(i).values().copyFrom(MemorySegment.ofArray(from.p));
            Map<String, ParameterState.Buffer> buffers = new HashMap<>();
            List<StateBuffer> state = optimizer.algorithm().state();
            for (int k = 0; k < state.size(); k++) {
                if (from.state[k] != null) {
                    buffers.put(state.get(k).name(), new ParameterState.Buffer(MemorySegment.ofArray(from.state[k])));
                }
            }
            Map<String, Double> numbers = new HashMap<>();
            for (int k = 0; k < from.numbers.length; k++) {
                numbers.put(optimizer.algorithm().numbers().get(k), from.numbers[k]);
            }
            optimizer.restore(parameters.get(i), new ParameterState(from.step, StateType.FLOAT32, buffers, numbers));
        }
    }

    void setGradient(int parameter, float[] gradient) {
        parameters.get(parameter).gradient().copyFrom(MemorySegment.ofArray(gradient));
    }

    void setHyperparameters(int group, Hyperparameters hyperparameters) {
        optimizer.groups().get(group).setHyperparameters(hyperparameters);
    }

    void stepGroup(int group) {
        optimizer.step(optimizer.groups().get(group));
    }

    void stepParameter(int parameter) {
        optimizer.step(parameters.get(parameter));
    }

    /** Fails unless all values and state have the bits of the references. */
    void check(List<PlainReference> references, String when) {
        for (int i = 0; i < parameters.size(); i++) {
            PlainReference reference = references.get(i);
            Parameter parameter = parameters.get(i);
            ParameterState state = optimizer.state(parameter);
            String where = name + ", " + when + ", parameter " + i + ", ";
            assertEquals(reference.step, state.step(), () -> where + "step");
            check(where + "values", reference.p, parameter.values());
            for (int k = 0; k < reference.numbers.length; k++) {
                String name = optimizer.algorithm().numbers().get(k);
                assertEquals(reference.numbers[k], state.numbers().get(name), () -> where + name);
            }
            List<StateBuffer> buffers = optimizer.algorithm().state();
            for (int k = 0; k < buffers.size(); k++) {
                String name = buffers.get(k).name();
                assertEquals(reference.state[k] != null, state.buffer(name) != null, () -> where + name);
                if (reference.state[k] != null) {
                    check(where + name, reference.state[k], state.buffer(name).elements());
                }
            }
        }
    }

    private static void check(String where, float[] expected, MemorySegment actual) {
        float[] found = actual.toArray(ValueLayout.JAVA_FLOAT);
        int i = Arrays.mismatch(expected, found); // to which all NaN are one, and the zeros are two
        if (i >= 0) {
            fail(where + ", element " + i + ": " + Float.toHexString(found[i]) + ", not "
                    + Float.toHexString(expected[i]));
        }
    }

    @Override
    public void close() {
        optimizer.close();
        arena.close();
    }
}
