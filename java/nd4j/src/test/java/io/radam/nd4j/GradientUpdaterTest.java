package io.radam.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Adam;
import io.radam.AdamSettings;
import io.radam.Algorithm;
import io.radam.Hyperparameters;
import io.radam.InvalidHyperparameterException;
import io.radam.InvalidParameterException;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.RAdam;
import io.radam.Ranger;
import io.radam.SGD;
import io.radam.SgdSettings;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.workspace.ND4JWorkspaceException;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** What the framework may give to an updater. */
class GradientUpdaterTest {
    private static final int LENGTH = 24;
    private static final long[] SHAPE = {4, 6};
    private static final FusedUpdater RADAM = new RAdamUpdater(0.1);

    /** Updates of the library itself. */
    private static final class Expected implements AutoCloseable {
        final float[] gradient;
        private final float[] values;
        private final Parameter parameter;
        private final Optimizer optimizer;

        Expected(Hyperparameters hyperparameters, int length) {
            gradient = new float[length];
            values = new float[length];
            parameter = Parameter.of(values, gradient);
            optimizer = Optimizer.builder(hyperparameters).parameter(parameter).build();
        }

        /** The update of a gradient in step {@code iteration + 1}. */
        float[] update(float[] of, int iteration) {
            System.arraycopy(of, 0, gradient, 0, of.length);
            java.util.Arrays.fill(values, 0);
            optimizer.setStepCount(parameter, iteration);
            optimizer.step();
            float[] update = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                update[i] = 0 - values[i];
            }
            return update;
        }

        @Override
        public void close() {
            optimizer.close();
        }
    }

    private static float[] random(long seed, int length) {
        Random random = new Random(seed);
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    private static GradientUpdater<?> updater(FusedUpdater config, int length) {
        long size = config.stateSize(length);
        return config.instantiate(size == 0 ? null : Nd4j.createUninitialized(DataType.FLOAT, size), true);
    }

    private static float[] inOrderC(INDArray array) {
        return array.dup('c').data().asFloat();
    }

    static List<FusedUpdater> named() throws ReflectiveOperationException {
        return RadamUpdatersTest.all();
    }

    static List<FusedUpdater> updaters() {
        return List.of(RADAM, new AdamUpdater(0.1), new LionUpdater(0.1), new SgdUpdater(0.1, 0.9),
                new SgdUpdater(0.1, 0), new FusedUpdater(RAdam.Preset.PAPER.hyperparameters()),
                new FusedUpdater(SGD.Preset.PYTORCH.hyperparameters().toBuilder().set(SgdSettings.MOMENTUM, 0.9)
                        .set(SgdSettings.NESTEROV, true).build()),
                new FusedUpdater(Adam.Preset.PYTORCH.hyperparameters().with(AdamSettings.AMSGRAD, true)));
    }

    @ParameterizedTest
    @MethodSource({"updaters", "named"})
    void updatesHaveTheBitsOfTheLibrary(FusedUpdater config) {
        int length = 10_007;
        GradientUpdater<?> updater = updater(config, length);
        try (Expected expected = new Expected(config.hyperparameters(0, 0), length)) {
            for (int i = 0; i < 20; i++) {
                float[] numbers = random(i, length);
                INDArray gradient = Nd4j.createFromArray(numbers); // in other memory in each step
                updater.applyUpdater(gradient, i, 0);
                assertArrayEquals(expected.update(numbers, i), gradient.toFloatVector(), "step " + i);
            }
        }
    }

    /** The elements before and after a view stay as they are. */
    @Test
    void viewsAreSteppedWhereTheyAre() {
        float[] all = random(1, 100);
        INDArray gradients = Nd4j.createFromArray(all);
        INDArray state = Nd4j.valueArrayOf(new long[] {100}, 7f, DataType.FLOAT);
        INDArray view = state.get(NDArrayIndex.interval(3, 3 + 2 * LENGTH));
        GradientUpdater<?> updater = RADAM.instantiate(view, true);
        INDArray gradient = gradients.get(NDArrayIndex.interval(13, 13 + LENGTH));
        try (Expected expected = new Expected(RADAM.hyperparameters(0, 0), LENGTH)) {
            for (int i = 0; i < 8; i++) {
                float[] numbers = random(i, LENGTH);
                gradient.assign(Nd4j.createFromArray(numbers));
                updater.applyUpdater(gradient, i, 0);
                System.arraycopy(expected.update(numbers, i), 0, all, 13, LENGTH);
                assertArrayEquals(all, gradients.toFloatVector(), "step " + i);
            }
            float[] states = state.toFloatVector();
            for (int i = 0; i < 100; i++) {
                assertEquals(i < 3 || i >= 3 + 2 * LENGTH, states[i] == 7, "element " + i);
            }
            for (int buffer = 0; buffer < 2; buffer++) {
                float[] part = new float[LENGTH];
                MemorySegment.copy(expected.optimizer.state(expected.parameter).buffers().values().stream().toList()
                        .get(buffer).elements(), java.lang.foreign.ValueLayout.JAVA_FLOAT, 0, part, 0, LENGTH);
                assertArrayEquals(part, java.util.Arrays.copyOfRange(states, 3 + buffer * LENGTH,
                        3 + (buffer + 1) * LENGTH));
            }
        }
    }

    /** Arrays of the same elements, which are in memory in all sorts of ways. */
    private static INDArray arranged(String how, float[] numbers) {
        INDArray dense = Nd4j.createFromArray(numbers).reshape('c', SHAPE);
        return switch (how) {
            case "c" -> dense;
            case "f" -> dense.dup('f');
            case "transposed" -> dense.transpose().dup('c').transpose();
            case "part" -> Nd4j.zeros(DataType.FLOAT, 9, 11)
                    .get(NDArrayIndex.interval(2, 6), NDArrayIndex.interval(3, 9)).assign(dense);
            case "part f" -> Nd4j.create(DataType.FLOAT, new long[] {9, 11}, 'f')
                    .get(NDArrayIndex.interval(2, 6), NDArrayIndex.interval(3, 9)).assign(dense);
            case "every other" -> Nd4j.zeros(DataType.FLOAT, 4, 12)
                    .get(NDArrayIndex.all(), NDArrayIndex.interval(0, 2, 12)).assign(dense);
            default -> throw new AssertionError(how);
        };
    }

    /** The order may change from step to step, and state and gradient belong together all the same. */
    @ParameterizedTest
    @ValueSource(strings = {"c", "f", "transposed", "part", "part f", "every other"})
    void anyOrderIsSteppedRight(String first) {
        for (char order : new char[] {'c', 'f'}) {
            GradientUpdater<?> updater = RADAM.instantiate(Nd4j.create(DataType.FLOAT, 1, 2 * LENGTH), false);
            updater.setStateViewArray(Nd4j.createUninitialized(DataType.FLOAT, 1, 2 * LENGTH), SHAPE, order, true);
            String[] arrangements = {first, first, "c", "f", "part", "transposed", "part f", "every other", first};
            try (Expected expected = new Expected(RADAM.hyperparameters(0, 0), LENGTH)) {
                for (int i = 0; i < arrangements.length; i++) {
                    float[] numbers = random(i, LENGTH);
                    INDArray gradient = arranged(arrangements[i], numbers);
                    updater.applyUpdater(gradient, i, 0);
                    assertArrayEquals(expected.update(numbers, i), inOrderC(gradient), order + ", step " + i);
                }
            }
        }
    }

    @Test
    void stateThatWasReadGoesOnInItsOrder() {
        GradientUpdater<?> updater = RADAM.instantiate(Nd4j.create(DataType.FLOAT, 1, 2 * LENGTH), false);
        updater.setStateViewArray(Nd4j.createUninitialized(DataType.FLOAT, 1, 2 * LENGTH), SHAPE, 'c', true);
        try (Expected expected = new Expected(RADAM.hyperparameters(0, 0), LENGTH)) {
            for (int i = 0; i < 12; i++) {
                float[] numbers = random(i, LENGTH);
                INDArray gradient = arranged("f", numbers);
                updater.applyUpdater(gradient, i, 0);
                assertArrayEquals(expected.update(numbers, i), inOrderC(gradient), "step " + i);
                Map<String, INDArray> copy = new HashMap<>();
                updater.getState().forEach((name, array) -> copy.put(name, array.dup()));
                updater = RADAM.instantiate(copy, false);
            }
        }
    }

    @Test
    void iterationsMayJump() {
        GradientUpdater<?> updater = updater(RADAM, LENGTH);
        try (Expected expected = new Expected(RADAM.hyperparameters(0, 0), LENGTH)) {
            for (int iteration : new int[] {0, 1, 7, 3, 100_000, 0, 5, 5, Integer.MAX_VALUE}) {
                float[] numbers = random(iteration, LENGTH);
                INDArray gradient = Nd4j.createFromArray(numbers);
                updater.applyUpdater(gradient, iteration, 0);
                assertArrayEquals(expected.update(numbers, iteration), gradient.toFloatVector(), "at " + iteration);
            }
        }
        INDArray gradient = Nd4j.ones(DataType.FLOAT, LENGTH);
        assertThrows(InvalidParameterException.class, () -> updater.applyUpdater(gradient, -1, 0));
        assertEquals(LENGTH, gradient.sumNumber().doubleValue());
    }

    @Test
    void schedulesGiveTheRateOfEachStep() {
        FusedUpdater config = new AdamUpdater(new MapSchedule.Builder(ScheduleType.ITERATION).add(0, 0.1).add(2, 0.5)
                .add(4, 0).add(5, -1).build());
        GradientUpdater<?> updater = updater(config, LENGTH);
        try (Expected expected = new Expected(config.hyperparameters(0, 0), LENGTH)) {
            for (int i = 0; i < 5; i++) {
                float[] numbers = random(i, LENGTH);
                INDArray gradient = Nd4j.createFromArray(numbers);
                updater.applyUpdater(gradient, i, 0);
                double rate = config.getLearningRate(i, 0);
                expected.optimizer.groups().getFirst().setLearningRate(rate);
                assertArrayEquals(expected.update(numbers, i), gradient.toFloatVector(), "step " + i);
            }
        }
        INDArray gradient = Nd4j.ones(DataType.FLOAT, LENGTH);
        assertThrows(InvalidHyperparameterException.class, () -> updater.applyUpdater(gradient, 5, 0));
        assertEquals(LENGTH, gradient.sumNumber().doubleValue());
    }

    @Test
    void aRateThatIsSetCountsFromTheNextStep() {
        FusedUpdater config = new SgdUpdater(0.5, 0);
        GradientUpdater<?> updater = updater(config, LENGTH);
        config.setLrAndSchedule(0.25, null);
        INDArray gradient = Nd4j.ones(DataType.FLOAT, LENGTH);
        updater.applyUpdater(gradient, 0, 0);
        assertEquals(LENGTH / 4.0, gradient.sumNumber().doubleValue());
        config.setLrAndSchedule(0.75, null);
        gradient.assign(1);
        updater.applyUpdater(gradient, 1, 0);
        assertEquals(LENGTH * 0.75, gradient.sumNumber().doubleValue());
        assertThrows(InvalidHyperparameterException.class, () -> config.setLrAndSchedule(-1, null));
        assertThrows(InvalidHyperparameterException.class, () -> config.setLrAndSchedule(Double.NaN, null));
        assertEquals(0.75, config.getLearningRate(0, 0));
    }

    @Test
    void withoutStateLengthsMayChange() {
        GradientUpdater<?> updater = updater(new SgdUpdater(0.5, 0), 0);
        for (int length : new int[] {1, 1000, 3, 100_000, 64}) {
            INDArray gradient = Nd4j.ones(DataType.FLOAT, length);
            updater.applyUpdater(gradient, 0, 0);
            assertArrayEquals(Nd4j.valueArrayOf(new long[] {length}, 0.5f, DataType.FLOAT).toFloatVector(),
                    gradient.toFloatVector());
        }
        updater.applyUpdater(Nd4j.empty(DataType.FLOAT), 0, 0);
    }

    @ParameterizedTest
    @EnumSource(value = DataType.class, names = {"DOUBLE", "HALF", "INT", "LONG", "SHORT", "BYTE", "BOOL"})
    void otherTypesAreRefused(DataType type) {
        INDArray gradient = Nd4j.zeros(type, LENGTH);
        InvalidParameterException e = assertThrows(InvalidParameterException.class,
                () -> updater(RADAM, LENGTH).applyUpdater(gradient, 0, 0));
        assertTrue(e.getMessage().contains(type + ", but only FLOAT and BFLOAT16"), e.getMessage());
        INDArray state = Nd4j.zeros(type, 2 * LENGTH);
        e = assertThrows(InvalidParameterException.class, () -> RADAM.instantiate(state, true));
        assertTrue(e.getMessage().contains(type + ", but only FLOAT and BFLOAT16"), e.getMessage());
    }

    /** Gradients and state in bfloat16, as a network of that type has them. */
    @Test
    void bfloat16IsStepped() {
        FusedUpdater config = new AdamUpdater(0.5);
        GradientUpdater<?> updater = config.instantiate(Nd4j.createUninitialized(DataType.BFLOAT16, 2 * LENGTH), true);
        try (Expected expected = new Expected(config.hyperparameters(0, 0), LENGTH)) {
            float[] numbers = random(5, LENGTH);
            INDArray gradient = Nd4j.createFromArray(numbers).castTo(DataType.BFLOAT16);
            float[] rounded = gradient.castTo(DataType.FLOAT).toFloatVector();
            updater.applyUpdater(gradient, 0, 0);
            assertArrayEquals(expected.update(rounded, 0), gradient.castTo(DataType.FLOAT).toFloatVector(), 0.02f);
        }
        INDArray other = Nd4j.zeros(DataType.FLOAT, LENGTH);
        assertThrows(InvalidParameterException.class, () -> updater.applyUpdater(other, 1, 0));
    }

    @Test
    void otherLengthsAreRefused() {
        GradientUpdater<?> updater = updater(RADAM, LENGTH);
        for (int length : new int[] {1, LENGTH - 1, LENGTH + 1}) {
            INDArray gradient = Nd4j.ones(DataType.FLOAT, length);
            assertThrows(InvalidParameterException.class, () -> updater.applyUpdater(gradient, 0, 0));
            assertEquals(length, gradient.sumNumber().doubleValue());
        }
        assertThrows(InvalidParameterException.class, () -> RADAM.instantiate(Nd4j.zeros(DataType.FLOAT, 7), true));
        assertThrows(InvalidParameterException.class, () -> updater.setStateViewArray(
                Nd4j.zeros(DataType.FLOAT, 1, 2 * LENGTH), new long[] {5, 5}, 'c', true));
        assertThrows(InvalidParameterException.class,
                () -> new SgdUpdater(0.1, 0).instantiate(Nd4j.zeros(DataType.FLOAT, 7), true));
        INDArray gradient = Nd4j.ones(DataType.FLOAT, LENGTH);
        assertThrows(InvalidParameterException.class,
                () -> updater(RADAM, 0).applyUpdater(gradient, 0, 0), "there is no state");
    }

    @Test
    void stateWithGapsIsRefused() {
        INDArray every = Nd4j.zeros(DataType.FLOAT, 4 * LENGTH).get(NDArrayIndex.interval(0, 2, 4 * LENGTH));
        assertThrows(InvalidParameterException.class, () -> RADAM.instantiate(every, true));
    }

    @Test
    void stateOfOtherUpdatersIsRefused() {
        Map<String, INDArray> adams = Map.of("M", Nd4j.zeros(DataType.FLOAT, 4), "V", Nd4j.zeros(DataType.FLOAT, 4));
        assertThrows(InvalidParameterException.class, () -> RADAM.instantiate(adams, false));
        Map<String, INDArray> uneven = Map.of("exp_avg", Nd4j.zeros(DataType.FLOAT, 4), "exp_avg_sq",
                Nd4j.zeros(DataType.FLOAT, 5));
        assertThrows(InvalidParameterException.class, () -> RADAM.instantiate(uneven, false));
    }

    @Test
    void closedMemoryIsRefused() {
        INDArray state = Nd4j.createUninitialized(DataType.FLOAT, 2 * LENGTH);
        GradientUpdater<?> updater = RADAM.instantiate(state, true);
        INDArray gradient = Nd4j.ones(DataType.FLOAT, LENGTH);
        updater.applyUpdater(gradient, 0, 0);
        INDArray closed = Nd4j.ones(DataType.FLOAT, LENGTH);
        closed.close();
        assertThrows(InvalidParameterException.class, () -> updater.applyUpdater(closed, 1, 0));
        updater.applyUpdater(gradient, 1, 0);
        state.close();
        assertThrows(InvalidParameterException.class, () -> updater.applyUpdater(gradient, 2, 0));
    }

    /** ND4J's arrays may be given other memory: a state that is, and gradients that come where others were. */
    @Test
    void memoryThatMovesIsFollowed() {
        GradientUpdater<?> updater = updater(RADAM, LENGTH);
        try (Expected expected = new Expected(RADAM.hyperparameters(0, 0), LENGTH)) {
            for (int i = 0; i < 12; i++) {
                float[] numbers = random(i, LENGTH);
                INDArray gradient = Nd4j.createFromArray(numbers);
                updater.applyUpdater(gradient, i, 0);
                assertArrayEquals(expected.update(numbers, i), gradient.toFloatVector(), "step " + i);
                gradient.close();
                for (INDArray buffer : updater.getState().values()) {
                    INDArray moved = buffer.dup();
                    buffer.assign(Float.NaN); // what is left behind is not to be read
                    buffer.setData(moved.data());
                }
            }
        }
    }

    @Test
    void arraysOfWorkspacesAreSteppedUntilTheyAreLeft() {
        GradientUpdater<?> updater = updater(RADAM, LENGTH);
        WorkspaceConfiguration configuration = WorkspaceConfiguration.builder().initialSize(1 << 20).build();
        INDArray last = null;
        try (Expected expected = new Expected(RADAM.hyperparameters(0, 0), LENGTH)) {
            for (int i = 0; i < 10; i++) {
                float[] numbers = random(i, LENGTH);
                try (MemoryWorkspace workspace =
                        Nd4j.getWorkspaceManager().getAndActivateWorkspace(configuration, "updates")) {
                    Nd4j.createUninitialized(DataType.FLOAT, 16 * (i + 1)); // so that the next has another address
                    INDArray gradient = Nd4j.createUninitialized(DataType.FLOAT, LENGTH);
                    assertTrue(gradient.isAttached());
                    gradient.data().setData(numbers);
                    updater.applyUpdater(gradient, i, 0);
                    assertArrayEquals(expected.update(numbers, i), gradient.toFloatVector(), "step " + i);
                    last = gradient;
                    assertEquals("updates", workspace.getId());
                }
            }
        }
        INDArray left = last;
        assertThrows(ND4JWorkspaceException.class, () -> updater.applyUpdater(left, 10, 0));
    }

    @Test
    void layerwiseAlgorithmsNeedTheLayers() {
        for (Algorithm algorithm : List.of(Algorithm.LAMB, Algorithm.LARS, Algorithm.STABLEADAMW,
                Algorithm.CAUTIOUS_ADAMW, Algorithm.CAUTIOUS_LION, Algorithm.NOVOGRAD, Algorithm.SGD_HD,
                Algorithm.ADAM_HD, Algorithm.YELLOWFIN, Algorithm.ADAMP, Algorithm.SGDP)) {
            Hyperparameters h = algorithm.defaults().withWeightDecay(0);
            InvalidHyperparameterException e =
                    assertThrows(InvalidHyperparameterException.class, () -> new FusedUpdater(h));
            assertTrue(e.getMessage().startsWith(algorithm + " measures each layer by itself"), e.getMessage());
        }
    }

    @Test
    void scheduleFreeTrainsAnotherModel() {
        for (Algorithm algorithm : List.of(Algorithm.SCHEDULEFREE_SGD, Algorithm.SCHEDULEFREE_ADAMW)) {
            InvalidHyperparameterException e = assertThrows(InvalidHyperparameterException.class,
                    () -> new FusedUpdater(algorithm.defaults()));
            assertTrue(e.getMessage().startsWith(algorithm + " trains a model"), e.getMessage());
        }
    }

    @Test
    void lookaheadNeedsTheParameters() {
        InvalidHyperparameterException e =
                assertThrows(InvalidHyperparameterException.class, () -> new FusedUpdater(Ranger.hyperparameters()));
        assertTrue(e.getMessage().contains("lookaheadSteps is 6"), e.getMessage());
    }

    @Test
    void centralizedGradientsNeedRows() {
        InvalidHyperparameterException e = assertThrows(InvalidHyperparameterException.class, () -> new FusedUpdater(
                Algorithm.ADAM.defaults().with(Hyperparameters.CENTRALIZE_GRADIENTS, true)));
        assertTrue(e.getMessage().contains("centralizeGradients"), e.getMessage());
    }

    @Test
    void weightDecayIsTheFrameworks() {
        InvalidHyperparameterException e = assertThrows(InvalidHyperparameterException.class,
                () -> new FusedUpdater(io.radam.AdamW.Preset.PYTORCH.hyperparameters()));
        assertTrue(e.getMessage().contains("weightDecay(...)"), e.getMessage());
        assertThrows(InvalidHyperparameterException.class, () -> new RAdamUpdater(-1));
        assertThrows(InvalidHyperparameterException.class, () -> new SgdUpdater(0.1, 1));
    }
}
