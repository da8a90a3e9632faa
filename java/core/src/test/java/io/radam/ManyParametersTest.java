package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an optimizer of very many parameters costs, beside its steps. */
class ManyParametersTest {
    private static final int MANY = 20_000;
    private static final int CALLS = 100;

    private static Parameter parameter() {
        return Parameter.of(new float[4], new float[4]);
    }

    /** Fails if each of the calls allocates so much as a list of so many references. */
    private static void assertCopiesNoList(int length, Runnable calls) {
        long before = AllocationMeter.allocatedBytes();
        calls.run();
        long bytes = AllocationMeter.allocatedBytes() - before;
        assertTrue(bytes < 4L * length * CALLS, CALLS + " calls have allocated " + bytes + " bytes");
    }

    /** If each of them costs what there is already, a model that is added one by one costs its square. */
    @Test
    void oneComesOrGoesWithoutACopyOfTheOthers() {
        List<Parameter> parameters = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            parameters.add(parameter());
        }
        try (Optimizer adam = Adam.builder().parameters(parameters).build()) {
            ParameterGroup group = adam.groups().getFirst();
            List<Parameter> others = new ArrayList<>();
            assertCopiesNoList(MANY, () -> {
                for (int i = 0; i < CALLS; i++) {
                    Parameter another = parameter();
                    others.add(another);
                    adam.add(group, another);
                }
            });
            adam.step(StepOptions.NONE.withMaxGradientNorm(1));
            assertEquals(MANY + CALLS, group.parameters().size());
            assertEquals(others, group.parameters().subList(MANY, MANY + CALLS));
            assertCopiesNoList(MANY, () -> others.forEach(adam::remove));
            assertEquals(parameters, group.parameters());
            adam.step(StepOptions.NONE.withMaxGradientNorm(1));
        }
    }

    @Test
    void oneGoesFromItsGroupAlone() {
        int groups = 2000;
        Adam.Builder builder = Adam.builder();
        for (int i = 0; i < groups; i++) {
            builder.group(group -> group.parameter(parameter()));
        }
        try (Optimizer adam = builder.build()) {
            assertCopiesNoList(groups, () -> {
                for (ParameterGroup group : adam.groups().subList(0, CALLS)) {
                    adam.remove(group.parameters().getFirst());
                    assertEquals(List.of(), group.parameters());
                }
            });
        }
    }

    /** Were each compared with each, this would take several minutes. */
    @Test
    @Timeout(100)
    void slicesOfOneArray() {
        int count = 300_000;
        MemorySegment values = MemorySegment.ofArray(new float[4 * count]);
        MemorySegment gradients = MemorySegment.ofArray(new float[4 * count]);
        List<Parameter> slices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long place = 16L * (i * 7919L % count);
            slices.add(Parameter.of(values.asSlice(place, 16), gradients.asSlice(place, 16)));
        }
        try (Optimizer adam = Adam.builder().parameters(slices).build()) {
            adam.step(StepOptions.NONE.withZeroGradients(true));
        }
    }
}
