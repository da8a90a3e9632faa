package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.radam.Adam;
import io.radam.DType;
import io.radam.Hyperparameters;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.StateType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A training that was killed goes on with the bits of one that was not. */
class RoundTripTest {
    @TempDir
    Path folder;

    static List<Arguments> optimizers() {
        List<Arguments> all = new ArrayList<>();
        for (Model.Kind kind : Model.Kind.values()) {
            for (StateType type : StateType.values()) {
                for (boolean named : new boolean[] {true, false}) {
                    all.add(Arguments.of(kind, type, named));
                }
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void killedTrainingGoesOn(Model.Kind kind, StateType type, boolean named) throws Exception {
        Path file = folder.resolve("run.safetensors");
        List<String> saved;
        List<String> uninterrupted;
        try (Model model = new Model(kind, type, named).step(7)) {
            model.optimizer.setLearningRateFactor(1.0 / 3);
            model.optimizer.groups().getLast().setLearningRate(0.1 + 0.2);
            checkpoint(model).write(file);
            saved = model.contents();
            uninterrupted = model.step(6).contents();
        }
        try (Model model = new Model(kind, type, named)) {
            assertNotEquals(saved, model.contents());
            checkpoint(model).restore(file);
            assertEquals(saved, model.contents());
            assertEquals(uninterrupted, model.from(7).step(6).contents());
        }
    }

    private static Checkpoint checkpoint(Model model) {
        return Checkpoint.of(model.optimizer).withParameters().withAverages();
    }

    /** Such as a layer of no units, which has no scales. */
    @ParameterizedTest
    @EnumSource
    void aParameterWithoutElements(StateType type) throws Exception {
        Path file = folder.resolve("run.safetensors");
        float[] values = new float[300];
        try (Optimizer optimizer = Adam.builder().stateType(type)
                .parameter(Parameter.of(new float[0], new float[0])).parameter(Parameter.of(values, new float[300]))
                .build()) {
            optimizer.step();
            Checkpoint.of(optimizer).withParameters().write(file);
            optimizer.step();
            Checkpoint.of(optimizer).withParameters().restore(file);
            assertEquals(1, optimizer.stepCount(optimizer.groups().getFirst().parameters().getLast()));
        }
    }

    /** Such as those of a training that had bfloat16 without them. The values are then the numbers. */
    @Test
    void lowerHalvesThatTheFileDoesNotHaveBecomeZeros() throws Exception {
        Path file = folder.resolve("run.safetensors");
        MemorySegment values = MemorySegment.ofArray(new short[] {0x3F80, 0x4000});
        MemorySegment lower = MemorySegment.ofArray(new short[] {1, -1});
        MemorySegment gradient = MemorySegment.ofArray(new float[2]);
        try (Optimizer plain = Adam.builder().parameter(Parameter.builder(values, gradient)
                .valuesType(DType.BFLOAT16).build()).build();
                Optimizer split = Adam.builder().parameter(Parameter.builder(MemorySegment.ofArray(new short[2]),
                        gradient).split(lower).build()).build()) {
            Checkpoint.of(plain).withParameters().write(file);
            Checkpoint.of(split).withParameters().restore(file);
            Parameter restored = split.groups().getFirst().parameters().getFirst();
            assertEquals(-1, values.mismatch(restored.values()));
            assertEquals(-1, lower.mismatch(MemorySegment.ofArray(new short[2])));

            // The other way round, values are what they are without lower halves.
            lower.fill((byte) 1);
            Checkpoint.of(split).withParameters().write(file);
            values.fill((byte) 0);
            Checkpoint.of(plain).withParameters().restore(file);
            assertEquals(-1, values.mismatch(restored.values()));
            assertEquals(0x3F80, values.get(ValueLayout.JAVA_SHORT, 0));
        }
    }

    /** One was taken out before, so the next one's random bits do not follow from those that are there. */
    @Test
    void parametersThatComeLaterHaveTheSameRandomBits() throws Exception {
        Path file = folder.resolve("run.safetensors");
        Parameter first = Parameter.of(new float[1], new float[1]);
        try (Optimizer optimizer = Adam.builder().parameter(first).parameter(Parameter.of(new float[1], new float[1]))
                .build();
                Optimizer other = Adam.builder().parameter(Parameter.of(new float[1], new float[1])).build()) {
            optimizer.remove(first);
            Checkpoint.write(file, optimizer);
            Checkpoint.of(other).restore(file);
            assertEquals(2, other.nextRandomIndex());
        }
    }

    /** Pieces of every size, whole tensors or not, give the same file. */
    @Test
    void piecesDoNotMatter() throws Exception {
        try (Model model = new Model(Model.Kind.ADAM, StateType.BLOCK8, true).step(3)) {
            Path whole = folder.resolve("whole");
            checkpoint(model).write(whole);
            for (int bytes : new int[] {1, 7, 256, 299, 300, 301, 1200}) {
                Path pieces = folder.resolve("pieces");
                List<Long> told = new ArrayList<>();
                Checkpoint inPieces = checkpoint(model).pieceBytes(bytes).progress((done, total) -> told.add(done));
                inPieces.write(pieces);
                assertEquals(-1, Files.mismatch(whole, pieces), bytes + " bytes");
                assertEquals(told.stream().sorted().distinct().toList(), told);
                told.clear();
                List<String> before = model.contents();
                inPieces.restore(pieces);
                assertEquals(before, model.contents());
                assertEquals(told.stream().sorted().distinct().toList(), told);
            }
        }
    }

    /** Without the values, which a framework may save by itself. */
    @Test
    void theOptimizerAlone() throws Exception {
        Path file = folder.resolve("run.safetensors");
        try (Model model = new Model(Model.Kind.LION, StateType.BFLOAT16, true).step(3);
                Model other = new Model(Model.Kind.LION, StateType.BFLOAT16, true)) {
            Checkpoint.write(file, model.optimizer);
            for (int i = 0; i < model.parameters.size(); i++) {
                other.parameters.get(i).values().copyFrom(model.parameters.get(i).values());
                if (model.parameters.get(i).average() != null) {
                    other.parameters.get(i).average().copyFrom(model.parameters.get(i).average());
                }
            }
            try (CheckpointFile opened = Checkpoint.read(file)) {
                opened.verify();
                opened.restore(other.optimizer);
            }
            assertEquals(model.step(3).contents(), other.from(3).step(3).contents());
        }
    }

    @Test
    void everySettingIsExact() throws Exception {
        Path file = folder.resolve("run.safetensors");
        for (Model.Kind kind : Model.Kind.values()) {
            try (Model model = new Model(kind, StateType.FLOAT32, false);
                    Model other = new Model(kind, StateType.FLOAT32, false)) {
                Hyperparameters odd = model.optimizer.groups().getFirst().hyperparameters()
                        .withLearningRate(Math.nextUp(0.1)).withWeightDecay(Double.MIN_VALUE)
                        .withGradientScale(1.0 / 3);
                model.optimizer.groups().getFirst().setHyperparameters(odd);
                model.optimizer.setStepCount(model.parameters.getFirst(), (1L << 53) + 1);
                Checkpoint.write(file, model.optimizer);
                Checkpoint.of(other.optimizer).restore(file);
                assertEquals(odd, other.optimizer.groups().getFirst().hyperparameters());
                assertEquals((1L << 53) + 1, other.optimizer.stepCount(other.parameters.getFirst()));
            }
        }
    }
}
