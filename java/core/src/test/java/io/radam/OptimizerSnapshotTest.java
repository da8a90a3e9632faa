package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** All of an optimizer as one value. */
class OptimizerSnapshotTest {
    static List<Backend> backends() {
        return Backend.available();
    }

    /** A few parameters with small state, in two groups. */
    private static final class Model implements AutoCloseable {
        final List<Parameter> parameters = new ArrayList<>();
        final Optimizer optimizer;

        Model(boolean reversed, Consumer<Adam.Builder> settings) {
            for (int i = 0; i < 4; i++) {
                parameters.add(Parameter.builder(MemorySegment.ofArray(Numbers.random(i, 600 + i)),
                        MemorySegment.ofArray(Numbers.random(10 + i, 600 + i))).name("p" + i).build());
            }
            List<Parameter> first = parameters.subList(0, 3);
            Adam.Builder builder = Adam.builder().learningRate(0.01).seed(7).stateType(StateType.BLOCK8)
                    .parameters(reversed ? first.reversed() : first)
                    .group(group -> group.name("last").parameter(parameters.get(3)).stateType(StateType.BFLOAT16));
            settings.accept(builder);
            optimizer = builder.build();
        }

        void copyValues(Model from) {
            for (int i = 0; i < parameters.size(); i++) {
                parameters.get(i).values().copyFrom(from.parameters.get(i).values());
            }
        }

        List<String> contents() {
            List<String> contents = new ArrayList<>();
            for (Parameter parameter : parameters) {
                contents.add(Arrays.toString(Numbers.bits(parameter.values())));
                optimizer.state(parameter).buffers().forEach((name, buffer) -> contents.add(name
                        + Arrays.toString(buffer.elements().toArray(ValueLayout.JAVA_BYTE))));
                contents.add("step " + optimizer.stepCount(parameter));
            }
            return contents;
        }

        @Override
        public void close() {
            optimizer.close();
        }
    }

    /** Matched by name, whatever the order; random bits too, since each keeps its index. */
    @ParameterizedTest
    @MethodSource("backends")
    void trainingGoesOnWithTheSameBits(Backend backend) {
        try (Model first = new Model(false, builder -> { });
                Model second = new Model(true, builder -> builder.backend(backend))) {
            first.optimizer.step();
            first.optimizer.step(first.parameters.get(1));
            first.optimizer.setLearningRateFactor(0.5);
            first.optimizer.groups().getLast().setLearningRate(0.25);
            OptimizerSnapshot snapshot = first.optimizer.snapshot();
            List<String> then = first.contents();
            Model at = new Model(false, builder -> { });
            at.copyValues(first);
            first.optimizer.step();
            first.optimizer.step();

            second.copyValues(at);
            at.close();
            second.optimizer.restore(snapshot);
            assertEquals(then, second.contents());
            assertEquals(0.5, second.optimizer.learningRateFactor());
            assertEquals(0.25, second.optimizer.groups().getLast().hyperparameters().learningRate());
            second.optimizer.step();
            second.optimizer.step();
            assertEquals(first.contents(), second.contents());
        }
    }

    @Test
    void aSnapshotIsIndependent() {
        OptimizerSnapshot snapshot;
        byte[] before;
        try (Model model = new Model(false, builder -> { })) {
            model.optimizer.step();
            snapshot = model.optimizer.snapshot();
            before = firstBuffer(snapshot);
            model.optimizer.step();
            assertNotEquals(snapshot.groups(), model.optimizer.snapshot().groups());
        }
        assertEquals(600, before.length);
        assertArrayEquals(before, firstBuffer(snapshot));
        assertEquals(Algorithm.ADAM, snapshot.algorithm());
        assertEquals(7, snapshot.seed());
        assertEquals("p0", snapshot.groups().getFirst().parameters().getFirst().name());
        assertEquals(1, snapshot.groups().getFirst().parameters().getFirst().state().step());
    }

    /** By order of adding unless set; a restore brings that of the snapshot along. */
    @Test
    void randomIndexOfAParameter() {
        Parameter own = Parameter.builder(MemorySegment.ofArray(new float[3])).name("p3").randomIndex(-5).build();
        try (Model first = new Model(false, builder -> { }); Model second = new Model(true, builder -> { })) {
            assertEquals(2, first.optimizer.randomIndex(first.parameters.get(2)));
            assertEquals(0, second.optimizer.randomIndex(second.parameters.get(2)));
            second.optimizer.restore(first.optimizer.snapshot());
            assertEquals(2, second.optimizer.randomIndex(second.parameters.get(2)));
            Misuse.refused(InvalidParameterException.class, () -> first.optimizer.randomIndex(own));
        }
        try (Optimizer optimizer = Adam.builder().parameter(own).build()) {
            assertEquals(-5, optimizer.randomIndex(own));
        }
    }

    private static byte[] firstBuffer(OptimizerSnapshot snapshot) {
        return snapshot.groups().getFirst().parameters().getFirst().state().buffer("exp_avg").elements()
                .toArray(ValueLayout.JAVA_BYTE);
    }

    /** What can be wrong with a snapshot. */
    enum Wrong {
        ALGORITHM, SEED, FACTOR, FACTOR_TIMES_RATE, GROUPS, GROUP_NAME, STATE_TYPE, COUNT, NAME, DOUBLE_NAME, LENGTH,
        SLICE, STEP, BUFFERS, SIZE
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotOfThisOptimizerChangesNothing(Wrong wrong) {
        try (Model saved = new Model(false, builder -> { }); Model model = new Model(false, builder -> { })) {
            saved.optimizer.step();
            saved.optimizer.groups().getLast().setLearningRate(0.125);
            OptimizerSnapshot spoiled = spoil(saved.optimizer.snapshot(), wrong);
            List<String> before = model.contents();
            Misuse.refused(InvalidSnapshotException.class, () -> model.optimizer.restore(spoiled));
            assertEquals(before, model.contents());
            assertEquals(1, model.optimizer.learningRateFactor());
            assertEquals(0.01, model.optimizer.groups().getLast().hyperparameters().learningRate());
            model.optimizer.restore(saved.optimizer.snapshot());
            assertFalse(before.equals(model.contents()));
        }
    }

    /** A snapshot with one fault, in the last group. */
    private static OptimizerSnapshot spoil(OptimizerSnapshot s, Wrong wrong) {
        OptimizerSnapshot.Group last = s.groups().getLast();
        OptimizerSnapshot.Entry entry = last.parameters().getFirst();
        ParameterState state = entry.state();
        List<OptimizerSnapshot.Entry> entries = switch (wrong) {
            case COUNT -> List.of();
            case NAME -> List.of(new OptimizerSnapshot.Entry("q", 603, 0, 603, 3, state));
            case DOUBLE_NAME -> List.of(entry, entry);
            case LENGTH -> List.of(new OptimizerSnapshot.Entry("p3", 602, 0, 603, 3, state));
            case SLICE -> List.of(new OptimizerSnapshot.Entry("p3", 603, 256, 1000, 3, state));
            case STEP -> List.of(new OptimizerSnapshot.Entry("p3", 603, 0, 603, 3,
                    new ParameterState(-1, state.type(), state.buffers())));
            case BUFFERS -> List.of(new OptimizerSnapshot.Entry("p3", 603, 0, 603, 3,
                    new ParameterState(1, state.type(), Map.of("exp_avg", state.buffer("exp_avg")))));
            case SIZE -> List.of(new OptimizerSnapshot.Entry("p3", 603, 0, 603, 3, new ParameterState(1, state.type(),
                    Map.of("exp_avg", state.buffer("exp_avg"), "exp_avg_sq",
                            new ParameterState.Buffer(MemorySegment.ofArray(new short[602]))))));
            default -> last.parameters();
        };
        OptimizerSnapshot.Group group = new OptimizerSnapshot.Group(wrong == Wrong.GROUP_NAME ? "other" : "last",
                last.hyperparameters(), wrong == Wrong.STATE_TYPE ? StateType.FLOAT32 : last.stateType(),
                last.stateRounding(), entries);
        return new OptimizerSnapshot(wrong == Wrong.ALGORITHM ? Algorithm.LION : s.algorithm(),
                wrong == Wrong.SEED ? 8 : s.seed(), factor(s, wrong),
                s.nextRandomIndex(),
                wrong == Wrong.GROUPS ? List.of(s.groups().getFirst()) : List.of(s.groups().getFirst(), group));
    }

    private static double factor(OptimizerSnapshot s, Wrong wrong) {
        return switch (wrong) {
            case FACTOR -> -1;
            case FACTOR_TIMES_RATE -> Double.MAX_VALUE;
            default -> s.learningRateFactor();
        };
    }

    /** Also where one that had been there before is gone, whose index nobody has then. */
    @Test
    void parametersThatComeLaterHaveTheSameRandomBits() {
        try (Optimizer first = SGD.builder().momentum(0.9).stateType(StateType.BFLOAT16).parameter(parameter())
                .parameter(parameter()).build();
                Optimizer second = SGD.builder().momentum(0.9).stateType(StateType.BFLOAT16).parameter(parameter())
                        .build()) {
            first.step();
            first.remove(first.groups().getFirst().parameters().getLast());
            second.restore(first.snapshot());
            Parameter one = parameter();
            Parameter other = parameter();
            first.add(first.groups().getFirst(), one);
            second.add(second.groups().getFirst(), other);
            assertEquals(2, first.randomIndex(one));
            assertEquals(2, second.randomIndex(other));
        }
    }

    private static Parameter parameter() {
        return Parameter.of(Numbers.random(1, 10), Numbers.random(2, 10));
    }

    /** Parameters without names are matched by order. */
    @Test
    void parametersWithoutNames() {
        Parameter one = Parameter.of(Numbers.random(1, 10), Numbers.random(2, 10));
        Parameter other = Parameter.of(Numbers.random(1, 10), Numbers.random(2, 10));
        try (Optimizer first = SGD.builder().momentum(0.9).parameter(one).build();
                Optimizer second = SGD.builder().momentum(0.9).parameter(other).build()) {
            first.step();
            second.restore(first.snapshot());
            other.values().copyFrom(one.values());
            first.step();
            second.step();
            assertArrayEquals(Numbers.bits(one.values()), Numbers.bits(other.values()));
        }
    }

    /** A message is read by a person, however many parameters there are and however long their names. */
    @Test
    void messagesStayShort() {
        List<Parameter> many = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            many.add(Parameter.builder(MemorySegment.ofArray(new float[1])).name("x".repeat(1000) + i).build());
        }
        List<Parameter> others = new ArrayList<>(many);
        others.set(7, Parameter.builder(MemorySegment.ofArray(new float[1])).name("other").build());
        try (Optimizer one = Adam.builder().parameters(many).build();
                Optimizer other = Adam.builder().parameters(others).build()) {
            InvalidSnapshotException e = assertThrows(InvalidSnapshotException.class,
                    () -> other.restore(one.snapshot()));
            assertTrue(e.getMessage().length() < 1000, e.getMessage().length() + " characters");
            assertTrue(e.getMessage().contains("other") && e.getMessage().endsWith(" and 1995 more"), e.getMessage());
        }
    }

    /** It tells whether what was read in several calls belongs together. */
    @Test
    void everyChangeCounts() {
        Parameter parameter = Parameter.builder(MemorySegment.ofArray(new float[1]),
                MemorySegment.ofArray(new float[1])).build();
        Parameter later = Parameter.of(new float[1], new float[1]);
        try (Optimizer optimizer = Adam.builder().parameter(parameter).build()) {
            OptimizerSnapshot snapshot = optimizer.snapshot();
            ParameterGroup group = optimizer.groups().getFirst();
            List<Runnable> changes = List.of(optimizer::step, () -> optimizer.step(parameter),
                    () -> optimizer.step(group), () -> optimizer.step(List.of(parameter), StepOptions.NONE),
                    () -> optimizer.setStepCount(parameter, 0),
                    () -> optimizer.restore(parameter, optimizer.state(parameter)), () -> optimizer.restore(snapshot),
                    () -> optimizer.add(group, later), () -> optimizer.remove(later),
                    () -> optimizer.addGroup(settings -> { }));
            for (int i = 0; i < changes.size(); i++) {
                long before = optimizer.changeCount();
                optimizer.snapshot();
                optimizer.gradientStatistics();
                optimizer.state(parameter);
                assertEquals(before, optimizer.changeCount());
                changes.get(i).run();
                assertEquals(before + 1, optimizer.changeCount(), "change " + i);
            }
        }
    }
}
