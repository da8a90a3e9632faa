package io.radam.recipes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.Parameter;
import io.radam.ParameterGroup;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** The same steps by the library alone, on plain memory of its own. */
final class Reference implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final Optimizer optimizer;
    private final List<MemorySegment> values = new ArrayList<>();
    private final List<MemorySegment> gradients = new ArrayList<>();

    Reference(OptimizerBuilder<?, ?> builder) {
        optimizer = builder.parametersLater().build();
    }

    void add(List<float[]> parameters) {
        parameters.forEach(parameter -> add(optimizer.groups().getFirst(), parameter));
    }

    void addWithoutDecay(List<float[]> parameters) {
        ParameterGroup group = optimizer.addGroup(settings -> settings.weightDecay(0));
        parameters.forEach(parameter -> add(group, parameter));
    }

    private void add(ParameterGroup group, float[] parameter) {
        MemorySegment value = arena.allocateFrom(ValueLayout.JAVA_FLOAT, parameter);
        MemorySegment gradient = arena.allocate(ValueLayout.JAVA_FLOAT, parameter.length);
        values.add(value);
        gradients.add(gradient);
        optimizer.add(group, Parameter.of(value, gradient));
    }

    /** A step by gradients in the order of the parameters, which are copied. */
    void step(List<float[]> newGradients) {
        for (int i = 0; i < gradients.size(); i++) {
            gradients.get(i).copyFrom(MemorySegment.ofArray(newGradients.get(i)));
        }
        optimizer.step();
    }

    /** Compares bits. */
    void assertSame(List<float[]> parameters) {
        for (int i = 0; i < values.size(); i++) {
            assertArrayEquals(values.get(i).toArray(ValueLayout.JAVA_FLOAT), parameters.get(i), "parameter " + i);
        }
    }

    @Override
    public void close() {
        optimizer.close();
        arena.close();
    }
}
