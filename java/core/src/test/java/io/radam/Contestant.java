package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** One of several optimizers that must do the same: a model in memory of its own, on one backend, with some threads. */
final class Contestant implements AutoCloseable {
    /**
     * What all contestants have in common.
     *
     * @param lengths of the parameters
     */
    record Group(Hyperparameters hyperparameters, boolean amsgrad, List<Integer> lengths) {
    }

    private final Arena arena = Arena.ofShared();
    private final String name;
    private final List<Parameter> parameters = new ArrayList<>();
    private final Optimizer optimizer;

    Contestant(String name, List<Group> groups, Consumer<RAdam.Builder> settings, RandomGenerator random) {
        this.name = name;
        RAdam.Builder builder = RAdam.builder();
        settings.accept(builder);
        for (Group group : groups) {
            List<Parameter> ofGroup = group.lengths().stream().map(length -> Parameter.of(
                    SegmentKind.any(random).allocate(arena, length),
                    SegmentKind.any(random).allocate(arena, length))).toList();
            parameters.addAll(ofGroup);
            builder.group(g -> g.parameters(ofGroup).amsgrad(group.amsgrad()));
        }
        optimizer = builder.build();
        for (int i = 0; i < groups.size(); i++) {
            setHyperparameters(i, groups.get(i).hyperparameters());
        }
    }

    Optimizer optimizer() {
        return optimizer;
    }

    /** Takes over all values and state. */
    void restore(List<PlainReference> references) {
        for (int i = 0; i < parameters.size(); i++) {
            PlainReference from = references.get(i);
            parameters.get(i).values().copyFrom(MemorySegment.ofArray(from.p));
            optimizer.restore(parameters.get(i), new ParameterState(from.step, MemorySegment.ofArray(from.m),
                    MemorySegment.ofArray(from.v), from.w == null ? null : MemorySegment.ofArray(from.w)));
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
            check(where + "expAvg", reference.m, state.expAvg());
            check(where + "expAvgSq", reference.v, state.expAvgSq());
            if (reference.w != null) {
                check(where + "maxExpAvgSq", reference.w, state.maxExpAvgSq());
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
