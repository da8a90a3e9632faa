package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Algorithm;
import io.radam.CustomAlgorithm;
import io.radam.Hyperparameter;
import io.radam.Hyperparameters;
import io.radam.InvalidSnapshotException;
import io.radam.LionSettings;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.StateType;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files of algorithms of the user's own, and of optimizers whose groups have several. */
class CustomAlgorithmTest {
    private static final int LENGTH = 700;
    /** Called like a number of PyTorch, but of another type. */
    private static final Hyperparameter<Long> MOMENTUM = Hyperparameter.steps("momentum");
    private static final CustomAlgorithm OWN = momentum("own.momentum");

    @TempDir
    Path folder;

    private static CustomAlgorithm momentum(String name) {
        return CustomAlgorithm.builder(name).hyperparameters(LionSettings.BETA1, MOMENTUM).state("exp_avg", true)
                .coefficients((step, h, c) -> {
                    c[0] = 1 - h.get(LionSettings.BETA1);
                    c[1] = h.learningRate() / step;
                }, "oneMinusBeta", "stepSize")
                .rule((count, c, values, gradient, state) -> {
                    for (int i = 0; i < count; i++) {
                        state[0][i] = Math.fma(c[0], gradient[i] - state[0][i], state[0][i]);
                        values[i] = Math.fma(-c[1], state[0][i], values[i]);
                    }
                }).build();
    }

    /** Two groups, whose gradients are the same in every training. */
    private static final class Training implements AutoCloseable {
        final float[][] values = new float[2][LENGTH];
        final Optimizer optimizer;

        Training(Hyperparameters first, Hyperparameters second, StateType type) {
            float[] gradient = new float[LENGTH];
            for (int i = 0; i < LENGTH; i++) {
                gradient[i] = i % 17 - 8;
            }
            optimizer = Optimizer.builder(first).stateType(type)
                    .parameter(parameter("one", values[0], gradient))
                    .group(second, group -> group.parameter(parameter("two", values[1], gradient)))
                    .build();
        }

        private static Parameter parameter(String name, float[] values, float[] gradient) {
            return Parameter.builder(MemorySegment.ofArray(values), MemorySegment.ofArray(gradient)).name(name).build();
        }

        Training steps(int count) {
            for (int i = 0; i < count; i++) {
                optimizer.step();
            }
            return this;
        }

        Checkpoint checkpoint() {
            return Checkpoint.of(optimizer).withParameters();
        }

        @Override
        public void close() {
            optimizer.close();
        }
    }

    private Training own(StateType type) {
        return new Training(OWN.defaults().with(MOMENTUM, 3L), OWN.defaults().withLearningRate(0.1), type);
    }

    private Training mixed() {
        return new Training(Algorithm.ADAM.defaults(), OWN.defaults(), StateType.BLOCK8);
    }

    @ParameterizedTest
    @EnumSource
    void goesOn(StateType type) throws Exception {
        Path file = folder.resolve("run.safetensors");
        try (Training whole = own(type).steps(3); Training resumed = own(type).steps(1)) {
            whole.checkpoint().write(file);
            resumed.checkpoint().restore(file);
            assertEquals(whole.optimizer.groups().getFirst().hyperparameters(),
                    resumed.optimizer.groups().getFirst().hyperparameters());
            whole.steps(3);
            resumed.steps(3);
            assertTrue(Arrays.deepEquals(whole.values, resumed.values));
        }
    }

    @Test
    void severalAlgorithmsGoOn() throws Exception {
        Path file = folder.resolve("run.safetensors");
        try (Training whole = mixed().steps(3); Training resumed = mixed()) {
            whole.checkpoint().write(file);
            resumed.checkpoint().restore(file);
            whole.steps(3);
            resumed.steps(3);
            assertTrue(Arrays.deepEquals(whole.values, resumed.values));
            try (CheckpointFile read = Checkpoint.read(file, OWN)) {
                read.restore(resumed.checkpoint());
            }
            assertEquals(3, resumed.optimizer.stepCount(resumed.optimizer.parameter("two")));
        }
    }

    /** The state of each group is converted by its own algorithm. */
    @Test
    void severalAlgorithmsAreConverted() throws Exception {
        Path file = folder.resolve("run.safetensors");
        try (Training saved = mixed().steps(3);
                Training restored = new Training(Algorithm.ADAM.defaults(), OWN.defaults(), StateType.FLOAT32)) {
            saved.checkpoint().write(file);
            restored.checkpoint().convertingState().restore(file);
            assertArrayEquals(saved.values, restored.values);
            assertEquals(StateType.FLOAT32, restored.optimizer.state(restored.optimizer.parameter("two")).type());
        }
    }

    @Test
    void shardsGoOn() throws Exception {
        try (Training whole = mixed().steps(3); Training resumed = mixed()) {
            ShardedCheckpoint sharded = ShardedCheckpoint.of(folder.resolve("run"), 0, 1);
            sharded.write(whole.checkpoint(), 3);
            sharded.complete(3);
            resumed.checkpoint().restore(sharded.index());
            assertArrayEquals(whole.values, resumed.values);
            whole.steps(2);
            resumed.steps(2);
            assertArrayEquals(whole.values, resumed.values);
        }
    }

    /** An enum that shows its constants otherwise than by their names. */
    private enum Shown {
        PLAIN, FANCY;

        @Override
        public String toString() {
            return "the " + ordinal();
        }
    }

    /** Values that no library's algorithm has: a number that JSON has not, and an enum's own text. */
    @Test
    void unusualHyperparameters() throws Exception {
        Path file = folder.resolve("run.safetensors");
        Hyperparameter<Double> epsilon = Hyperparameter.real("epsilon", 0, x -> true, "");
        Hyperparameter<Shown> shown = Hyperparameter.choice("shown", Shown.PLAIN);
        CustomAlgorithm own = CustomAlgorithm.builder("own.unusual").hyperparameters(epsilon, shown)
                .coefficients((step, h, c) -> { }).rule((count, c, values, gradient, state) -> { }).build();
        for (double number : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -0.0}) {
            Hyperparameters unusual = own.defaults().with(epsilon, number).with(shown, Shown.FANCY);
            try (Training saved = new Training(unusual, own.defaults(), StateType.FLOAT32);
                    Training resumed = new Training(own.defaults(), own.defaults(), StateType.FLOAT32)) {
                saved.checkpoint().write(file);
                resumed.checkpoint().restore(file);
                assertEquals(unusual, resumed.optimizer.groups().getFirst().hyperparameters());
            }
        }
    }

    @Test
    void aFileOfAnotherRule() throws Exception {
        Path file = folder.resolve("run.safetensors");
        CustomAlgorithm other = momentum("own.other");
        try (Training saved = own(StateType.FLOAT32).steps(2); Training mixed = mixed().steps(1);
                Training another = new Training(other.defaults(), other.defaults(), StateType.FLOAT32).steps(1)) {
            saved.checkpoint().write(file);
            float[][] before = {another.values[0].clone(), another.values[1].clone()};
            String message = assertThrows(CheckpointFormatException.class, () -> another.checkpoint().restore(file))
                    .getMessage();
            assertTrue(message.contains("own.momentum") && message.contains("own.other"), message);
            message = assertThrows(CheckpointFormatException.class, () -> Checkpoint.read(file)).getMessage();
            assertTrue(message.contains("own.momentum"), message);
            assertThrows(InvalidSnapshotException.class, () -> mixed.checkpoint().restore(file));
            try (CheckpointFile read = Checkpoint.read(file, OWN, other)) {
                message = assertThrows(InvalidSnapshotException.class, () -> read.restore(another.optimizer))
                        .getMessage();
                assertTrue(message.contains("own.momentum") && message.contains("own.other"), message);
            }
            assertArrayEquals(before, another.values);
            message = assertThrows(IllegalArgumentException.class,
                    () -> Checkpoint.read(file, OWN, momentum("own.momentum"))).getMessage();
            assertTrue(message.contains("own.momentum"), message);
        }
    }
}
