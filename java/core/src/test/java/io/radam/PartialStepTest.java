package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps of some parameters while the gradients of others are still being computed. */
class PartialStepTest {
    static List<Backend> backends() {
        return Backend.available();
    }

    /** Two groups of several lengths, the second with 8-bit state. */
    private static final class Model implements AutoCloseable {
        final List<Parameter> parameters = new ArrayList<>();
        final Optimizer optimizer;

        Model(Backend backend) {
            for (int i = 0; i < 8; i++) {
                int length = 300 * i + 1;
                parameters.add(Parameter.of(Numbers.random(i, length), Numbers.random(100 + i, length)));
            }
            optimizer = Adam.builder().backend(backend).parameters(parameters.subList(0, 4))
                    .group(group -> group.parameters(parameters.subList(4, 8)).stateType(StateType.BLOCK8)
                            .learningRate(0.01))
                    .build();
        }

        void nextGradients(long seed) {
            for (int i = 0; i < parameters.size(); i++) {
                Parameter parameter = parameters.get(i);
                parameter.gradient().copyFrom(
                        MemorySegment.ofArray(Numbers.random(seed + i, (int) parameter.length())));
            }
        }

        List<Parameter> some(int... numbers) {
            return Arrays.stream(numbers).mapToObj(parameters::get).toList();
        }

        void assertSame(Model other) {
            for (int i = 0; i < parameters.size(); i++) {
                assertArrayEquals(Numbers.bits(other.parameters.get(i).values()), Numbers.bits(parameters.get(i).values()));
                assertArrayEquals(Numbers.bits(other.parameters.get(i).gradient()),
                        Numbers.bits(parameters.get(i).gradient()));
            }
        }

        @Override
        public void close() {
            optimizer.close();
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void allPartsTogetherAreOneStep(Backend backend) {
        StepOptions options = StepOptions.NONE.withLossScale(4).withMaxGradientValue(0.25).withSkipNonFinite(true)
                .withZeroGradients(true);
        try (Model whole = new Model(backend); Model parts = new Model(backend)) {
            for (int step = 0; step < 5; step++) {
                whole.nextGradients(1000 * step);
                parts.nextGradients(1000 * step);
                whole.optimizer.step(options);
                parts.optimizer.step(parts.some(7, 0), options);
                parts.optimizer.step(parts.parameters.get(3), options);
                parts.optimizer.step(parts.some(), options);
                parts.optimizer.step(parts.some(2, 6, 1, 5), options);
                assertTrue(parts.optimizer.step(parts.parameters.get(4), options).applied());
                parts.assertSame(whole);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void statisticsAndNormAreOfThePart(Backend backend) {
        try (Model model = new Model(backend); Model reference = new Model(backend)) {
            ParameterGroup group = model.optimizer.groups().getLast();
            GradientStatistics all = model.optimizer.gradientStatistics();
            double squares = 0;
            for (Parameter parameter : group.parameters()) {
                squares += Math.pow(all.ofParameter(parameter).norm(), 2);
            }
            StepResult result = model.optimizer.step(group, StepOptions.NONE.withMaxGradientNorm(1));
            assertEquals(Math.sqrt(squares), result.statistics().norm(), 1e-9);
            assertTrue(all.norm() > result.statistics().norm());
            Misuse.refused(InvalidParameterException.class, () -> result.statistics().ofParameter(model.parameters.getFirst()),
                    "not one of those");
            // By hand.
            reference.optimizer.groups().getLast().update(h -> h.withGradientScale(1 / (result.statistics().norm() + 1e-6)));
            reference.optimizer.step(reference.optimizer.groups().getLast());
            model.assertSame(reference);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aPartThatIsNotFiniteIsSkippedAlone(Backend backend) {
        try (Model model = new Model(backend)) {
            model.parameters.get(2).gradient().setAtIndex(java.lang.foreign.ValueLayout.JAVA_FLOAT, 5, Float.NaN);
            StepOptions skip = StepOptions.NONE.withSkipNonFinite(true);
            assertFalse(model.optimizer.step(model.some(1, 2), skip).applied());
            assertTrue(model.optimizer.step(model.some(0, 3), skip).applied());
            assertEquals(List.of(1L, 0L, 0L, 1L),
                    model.some(0, 1, 2, 3).stream().map(model.optimizer::stepCount).toList());
        }
    }

    /** Each group has a factor of its own, as if clip_grad_norm_ were called for each. */
    @ParameterizedTest
    @MethodSource("backends")
    void clippingByTheNormOfEachGroup(Backend backend) {
        try (Model model = new Model(backend); Model reference = new Model(backend)) {
            StepOptions options = StepOptions.NONE.withMaxGradientNorm(1).withNormPerGroup(true);
            StepResult result = model.optimizer.step(options);
            for (ParameterGroup group : reference.optimizer.groups()) {
                reference.optimizer.step(group, options.withNormPerGroup(false));
            }
            model.assertSame(reference);
            assertEquals(reference.optimizer.gradientStatistics().norm(), result.statistics().norm());
        }
    }

    /** Every other parameter is a step ahead, so that one step uses two step numbers. */
    @ParameterizedTest
    @MethodSource("backends")
    void parametersWithDifferentStepNumbers(Backend backend) {
        try (Model together = new Model(backend); Model apart = new Model(backend)) {
            for (int i = 0; i < 8; i++) {
                for (int k = 0; k < i % 4; k++) {
                    together.optimizer.step(together.parameters.get(i));
                    apart.optimizer.step(apart.parameters.get(i));
                }
            }
            for (int k = 0; k < 4; k++) {
                together.optimizer.step();
                apart.parameters.forEach(apart.optimizer::step);
                together.assertSame(apart);
            }
            // One parameter catches up with another. From then on they share coefficients.
            together.optimizer.setStepCount(together.parameters.get(1), 4);
            apart.optimizer.setStepCount(apart.parameters.get(1), 4);
            together.optimizer.step();
            apart.parameters.forEach(apart.optimizer::step);
            together.assertSame(apart);
        }
    }

    @Test
    void theLargestStepNumberIsNotTheLast() {
        try (Model model = new Model(Backend.preferred())) {
            Parameter first = model.parameters.getFirst();
            model.optimizer.setStepCount(first, 1L << 62);
            for (int i = 0; i < 3; i++) {
                model.optimizer.step(first);
            }
            assertEquals((1L << 62) + 3, model.optimizer.stepCount(first));
            model.optimizer.restore(model.optimizer.snapshot());
            model.optimizer.restore(first, model.optimizer.state(first));
            assertEquals((1L << 62) + 3, model.optimizer.stepCount(first));
        }
    }

    /** A collection is a function of the user too: it may close memory that the step was told of before. */
    @Test
    void aCollectionThatClosesMemory() {
        for (Backend backend : Backend.available()) {
            for (Arena arena : new Arena[] {Arena.ofConfined(), Arena.ofShared()}) {
                float[] values = {1, 2, 3};
                Parameter first = Parameter.of(values, new float[] {1, 1, 1});
                Parameter second = Parameter.builder(MemorySegment.ofArray(new float[3]),
                        MemorySegment.ofArray(new float[] {1, 1, 1})).state("exp_avg", arena.allocate(12, 4)).build();
                try (Optimizer optimizer = Adam.builder().backend(backend).parameter(first).parameter(second).build()) {
                    Misuse.refused(InvalidParameterException.class, () -> optimizer.step(closing(arena, first, second),
                            StepOptions.NONE), "exp_avg", "closed");
                    assertArrayEquals(new float[] {1, 2, 3}, values);
                    assertEquals(0, optimizer.stepCount(first));
                    optimizer.remove(second);
                    optimizer.step();
                    assertEquals(1, optimizer.stepCount(first));
                }
            }
        }
    }

    /** Closes the arena when all parameters have been given. */
    private static Collection<Parameter> closing(Arena arena, Parameter... parameters) {
        return new AbstractCollection<>() {
            @Override
            public Iterator<Parameter> iterator() {
                Iterator<Parameter> all = List.of(parameters).iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        if (!all.hasNext()) {
                            arena.close();
                        }
                        return all.hasNext();
                    }

                    @Override
                    public Parameter next() {
                        return all.next();
                    }
                };
            }

            @Override
            public int size() {
                return parameters.length;
            }
        };
    }

    @Test
    void misuse() {
        try (Model model = new Model(Backend.preferred()); Model other = new Model(Backend.preferred())) {
            StepOptions none = StepOptions.NONE;
            Parameter first = model.parameters.getFirst();
            Misuse.refused(InvalidParameterException.class, () -> model.optimizer.step(model.some(0, 1, 0), none),
                    "twice", first);
            Misuse.refused(InvalidParameterException.class,
                    () -> model.optimizer.step(List.of(first, other.parameters.getFirst()), none), "not this optimizer's");
            Misuse.refused(InvalidParameterException.class,
                    () -> model.optimizer.step(other.optimizer.groups().getFirst(), none), "not this optimizer's");
            assertEquals(0, model.optimizer.stepCount(first));
            Misuse.refused(InvalidParameterException.class, () -> model.optimizer.setStepCount(first, -1), -1);
            Misuse.refused(InvalidParameterException.class,
                    () -> model.optimizer.setStepCount(first, (1L << 62) + 1), (1L << 62) + 1);
            assertEquals(0, model.optimizer.stepCount(first));
            assertNull(model.optimizer.step(model.some(0), none).statistics());
        }
    }
}
