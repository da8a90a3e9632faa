package io.radam.djl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.Trainer;
import ai.djl.training.tracker.Tracker;
import io.radam.AdamHDSettings;
import io.radam.AdamSettings;
import io.radam.Algorithm;
import io.radam.AverageDecay;
import io.radam.Hyperparameters;
import io.radam.InvalidSnapshotException;
import io.radam.NovoGradSettings;
import io.radam.SgdHDSettings;
import io.radam.StateType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** State is saved and loaded by the block's names. Ids are others in each run. */
class SaveTest {
    private static final int STEPS = 12;

    @TempDir
    Path folder;

    private static RadamOptimizer optimizer(StateType type) {
        return RadamOptimizers.radam().optAverages(AverageDecay.constant(0.9)).optStateType(type)
                .optLearningRateTracker(Tracker.cosine().setBaseValue(2e-2f).setMaxUpdates(2 * STEPS).build()).build();
    }

    @ParameterizedTest
    @EnumSource
    void trainingGoesOnWithTheSameBits(TrainerKind kind) throws IOException, MalformedModelException {
        goOn(kind, StateType.FLOAT32);
    }

    @ParameterizedTest
    @EnumSource
    void stateOfAnyTypeGoesOn(StateType type) throws IOException, MalformedModelException {
        goOn(TrainerKind.RADAM, type);
    }

    private void goOn(TrainerKind kind, StateType type) throws IOException, MalformedModelException {
        Map<String, float[]> expected;
        Map<String, float[]> expectedAverages;
        try (RadamOptimizer optimizer = optimizer(type); Model model = Network.model();
             Trainer trainer = kind.newTrainer(model, Network.config(optimizer))) {
            Network.initialize(trainer);
            Network.train(trainer, STEPS);
            model.save(folder, "digits");
            optimizer.save(folder.resolve("optimizer.safetensors"), model.getBlock());
            Network.train(trainer, STEPS);
            expected = Network.values(model.getBlock());
            optimizer.exchangeAverages(model.getBlock());
            expectedAverages = Network.values(model.getBlock());
        }
        try (RadamOptimizer optimizer = optimizer(type); Model model = Network.model()) {
            model.load(folder, "digits");
            try (Trainer trainer = kind.newTrainer(model, Network.config(optimizer))) {
                Network.initialize(trainer);
                optimizer.load(folder.resolve("optimizer.safetensors"), model.getBlock());
                Network.train(trainer, STEPS);
                assertSame(expected, Network.values(model.getBlock()));
                optimizer.exchangeAverages(model.getBlock());
                assertSame(expectedAverages, Network.values(model.getBlock()));
                optimizer.exchangeAverages(model.getBlock());
                assertSame(expected, Network.values(model.getBlock()));
            }
        }
    }

    /** Slow weights are float32 in the file, whatever the type of the state. */
    @ParameterizedTest
    @EnumSource
    void lookaheadGoesOn(StateType type) throws IOException, MalformedModelException {
        goesOn(() -> RadamOptimizers.radam().optStateType(type).opt(Hyperparameters.LOOKAHEAD_STEPS, 5L).build());
    }

    /** What an algorithm keeps for each array beside its buffers. */
    @ParameterizedTest
    @EnumSource
    void numbersGoOn(StateType type) throws IOException, MalformedModelException {
        goesOn(() -> RadamOptimizers.novoGrad().optStateType(type).opt(NovoGradSettings.AMSGRAD, true).build());
    }

    @Test
    void groupsGoOn() throws IOException, MalformedModelException {
        goesOn(() -> RadamOptimizers.nadam()
                .optGroup(shape -> shape.dimension() == 1, Algorithm.LION.defaults()).build());
    }

    /** The learning rate goes on where steps had moved it to. */
    @ParameterizedTest
    @EnumSource
    void hypergradientsGoOn(StateType type) throws IOException, MalformedModelException {
        goesOn(() -> RadamOptimizers.of(Algorithm.ADAM_HD.defaults().with(AdamHDSettings.HYPERGRAD_LR, 1e-4))
                .optStateType(type).build());
    }

    /** A tracker that changes sets the rate at the same update as in a training that was not interrupted. */
    @ParameterizedTest
    @ValueSource(ints = {1, STEPS, STEPS + 1, STEPS + 3})
    void hypergradientsOfATrackerThatChangesGoOn(int update) throws IOException, MalformedModelException {
        goesOn(() -> RadamOptimizers.of(Algorithm.ADAM_HD.defaults().with(AdamHDSettings.HYPERGRAD_LR, 1e-4))
                .optLearningRateTracker((id, number) -> number < update ? 2e-2f : 1e-2f).build());
        goesOn(() -> RadamOptimizers.of(Algorithm.SGD_HD.defaults().with(SgdHDSettings.HYPERGRAD_LR, 1e-4))
                .optLearningRateTracker(new Tracker() {
                    @Override
                    public float getNewValue(int number) {
                        return number < update ? 2e-2f : 1e-2f;
                    }
                }).build());
    }

    /** State of before the first step is that of a new optimizer. */
    @Test
    void hypergradientsBeginAnew() throws IOException, MalformedModelException {
        Path file = folder.resolve("state");
        try (RadamOptimizer optimizer = RadamOptimizers.of(
                     Algorithm.ADAM_HD.defaults().with(AdamHDSettings.HYPERGRAD_LR, 1e-3)).build();
             Model model = Network.model(); Trainer trainer = new RadamTrainer(model, Network.config(optimizer))) {
            Network.initialize(trainer);
            model.save(folder, "digits");
            optimizer.save(file, model.getBlock());
            Network.train(trainer, STEPS);
            Map<String, float[]> expected = Network.values(model.getBlock());
            try (Model first = Network.model()) {
                first.load(folder, "digits");
                first.getBlock().getParameters().forEach(each -> {
                    try (NDArray values = model.getBlock().getParameters().get(each.getKey()).getArray()
                            .getManager().create(each.getValue().getArray().toFloatArray())) {
                        NDArray to = model.getBlock().getParameters().get(each.getKey()).getArray();
                        values.reshape(to.getShape()).copyTo(to);
                    }
                });
            }
            optimizer.load(file, model.getBlock());
            Network.train(trainer, STEPS);
            assertSame(expected, Network.values(model.getBlock()));
        }
    }

    /** Not in the middle of what it restores. */
    @Test
    void aLearningRateOutOfRangeIsRefusedAndChangesNothing() throws IOException {
        Path file = folder.resolve("state");
        try (RadamOptimizer optimizer = RadamOptimizers.of(Algorithm.ADAM_HD.defaults()).build();
             Model model = Network.model(); Trainer trainer = new RadamTrainer(model, Network.config(optimizer))) {
            Network.initialize(trainer);
            Network.train(trainer, 3);
            optimizer.save(file, model.getBlock());
            byte[] bytes = Files.readAllBytes(file);
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            String key = "\"learning_rate.03Linear_bias\":\"";
            int at = text.indexOf(key) + key.length();
            byte[] large = "9e99".getBytes(StandardCharsets.ISO_8859_1);
            int end = text.indexOf('"', at);
            Arrays.fill(bytes, at, end, (byte) '0');
            System.arraycopy(large, 0, bytes, end - large.length, large.length);
            Files.write(file, bytes);
            refused("learning_rate.03Linear_bias", file, RadamOptimizers.of(Algorithm.ADAM_HD.defaults()), model);
        }
    }

    private void goesOn(Supplier<RadamOptimizer> optimizers) throws IOException, MalformedModelException {
        Map<String, float[]> expected;
        try (RadamOptimizer optimizer = optimizers.get(); Model model = Network.model();
             Trainer trainer = TrainerKind.RADAM.newTrainer(model, Network.config(optimizer))) {
            Network.initialize(trainer);
            Network.train(trainer, STEPS);
            model.save(folder, "digits");
            optimizer.save(folder.resolve("optimizer.safetensors"), model.getBlock());
            Network.train(trainer, STEPS);
            expected = Network.values(model.getBlock());
        }
        try (RadamOptimizer optimizer = optimizers.get(); Model model = Network.model()) {
            model.load(folder, "digits");
            try (Trainer trainer = TrainerKind.RADAM.newTrainer(model, Network.config(optimizer))) {
                Network.initialize(trainer);
                optimizer.load(folder.resolve("optimizer.safetensors"), model.getBlock());
                Network.train(trainer, STEPS);
                assertSame(expected, Network.values(model.getBlock()));
            }
        }
    }

    private static void assertSame(Map<String, float[]> expected, Map<String, float[]> actual) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((name, values) -> assertArrayEquals(values, actual.get(name), name));
    }

    @Test
    void whatDoesNotFitIsRefusedAndChangesNothing() throws IOException {
        Path file = folder.resolve("state");
        try (RadamOptimizer optimizer = RadamOptimizers.radam().build(); Model model = Network.model();
             Trainer trainer = new RadamTrainer(model, Network.config(optimizer))) {
            Network.initialize(trainer);
            Network.train(trainer, 3);
            optimizer.save(file, model.getBlock());

            refused("algorithm", file, RadamOptimizers.sgd().optMomentum(0.5f), model);
            refused("algorithm of 01Linear_bias", file, RadamOptimizers.radam()
                    .optGroup(shape -> shape.dimension() == 1, Algorithm.NADAM.defaults()), model);
            refused("stateType", file, RadamOptimizers.radam().optStateType(StateType.BLOCK8), model);
            refused("average", file, RadamOptimizers.radam().optAverages(AverageDecay.constant(0.5)), model);
            try (Model other = Model.newInstance("other", "PyTorch")) {
                other.setBlock(new SequentialBlock().add(Linear.builder().setUnits(3).build()));
                other.getBlock().initialize(other.getNDManager(), other.getDataType(), new Shape(1, 64));
                refused("which the block has not", file, RadamOptimizers.radam(), other);
            }
            try (Model other = Model.newInstance("other", "PyTorch")) {
                other.setBlock(Network.perceptron());
                other.getBlock().initialize(other.getNDManager(), other.getDataType(), new Shape(1, 63));
                refused("size of state.01Linear_weight", file, RadamOptimizers.radam(), other);
            }
        }
    }

    /** Neither dropped nor made up. */
    @Test
    void buffersOfOtherSettingsAreRefusedAndChangeNothing() throws IOException {
        Supplier<RadamOptimizer.Builder> plain = RadamOptimizers::adam;
        Supplier<RadamOptimizer.Builder> lookahead =
                () -> RadamOptimizers.adam().opt(Hyperparameters.LOOKAHEAD_STEPS, 2L);
        Supplier<RadamOptimizer.Builder> amsgrad = () -> RadamOptimizers.adam().opt(AdamSettings.AMSGRAD, true);
        refusedBothWays("state.01Linear_weight.slow_param", lookahead, plain);
        refusedBothWays("state.01Linear_weight.max_exp_avg_sq", amsgrad, plain);
        refusedBothWays("state.01Linear_weight.momentum_buffer", () -> RadamOptimizers.sgd().optMomentum(0.5f),
                RadamOptimizers::sgd);
    }

    private void refusedBothWays(String buffer, Supplier<RadamOptimizer.Builder> with,
            Supplier<RadamOptimizer.Builder> without) throws IOException {
        Path file = folder.resolve("state");
        try (RadamOptimizer saved = with.get().build(); Model model = Network.model();
             Trainer trainer = new RadamTrainer(model, Network.config(saved))) {
            Network.initialize(trainer);
            Network.train(trainer, 3);
            saved.save(file, model.getBlock());
            refused("the file has " + buffer + ", which these settings have not", file, without.get(), model);
        }
        try (RadamOptimizer saved = without.get().build(); Model model = Network.model();
             Trainer trainer = new RadamTrainer(model, Network.config(saved))) {
            Network.initialize(trainer);
            Network.train(trainer, 3);
            saved.save(file, model.getBlock());
            refused("the file has no " + buffer, file, with.get(), model);
        }
    }

    private static void refused(String why, Path file, RadamOptimizer.Builder builder, Model model) {
        try (RadamOptimizer optimizer = builder.build()) {
            InvalidSnapshotException e = assertThrows(InvalidSnapshotException.class,
                    () -> optimizer.load(file, model.getBlock()));
            assertTrue(e.getMessage().contains(why), e.getMessage());
            assertTrue(optimizer.toString().contains("[0 parameters"), optimizer.toString());
        }
    }

    /** Also where the fault is in what is read last. */
    @Test
    void numbersOutOfRangeAreRefusedAndChangeNothing() throws IOException {
        Path file = folder.resolve("state");
        try (RadamOptimizer optimizer = RadamOptimizers.radam().build(); Model model = Network.model();
             Trainer trainer = new RadamTrainer(model, Network.config(optimizer))) {
            Network.initialize(trainer);
            Network.train(trainer, 3);
            optimizer.save(file, model.getBlock());
            String last = model.getBlock().getParameters().get(model.getBlock().getParameters().size() - 1).getKey();
            for (String number : List.of("-1", "x", "9223372036854775807", "9223372036854775808")) {
                for (String key : List.of("updates", "step." + last, "updates." + last)) {
                    Path edited = edited(file, "\"" + key + "\":\"3\"", "\"" + key + "\":\"" + number + "\"");
                    refused(key, edited, RadamOptimizers.radam(), model);
                }
            }
            for (String shape : List.of("9223372036854775807,2", "2", "-1", "0", "null", "[]")) {
                Path edited = edited(file, "\"shape\":[", "\"shape\":[" + shape + ",");
                assertThrows(IOException.class, () -> optimizer.load(edited, model.getBlock()), shape);
            }
        }
    }

    @Test
    void numbersOfStateOutOfRangeAreRefusedAndChangeNothing() throws IOException {
        Path file = folder.resolve("state");
        try (RadamOptimizer optimizer = RadamOptimizers.novoGrad().build(); Model model = Network.model();
             Trainer trainer = new RadamTrainer(model, Network.config(optimizer))) {
            Network.initialize(trainer);
            Network.train(trainer, 3);
            optimizer.save(file, model.getBlock());
            String last = model.getBlock().getParameters().get(model.getBlock().getParameters().size() - 1).getKey();
            String key = "number." + last + ".max_exp_avg_sq";
            for (String number : List.of("-1.0", "NaN", "Infinity", "x", "")) {
                Path edited = edited(file, "\"" + key + "\":\"0.0\"", "\"" + key + "\":\"" + number + "\"");
                refused(key, edited, RadamOptimizers.novoGrad(), model);
            }
            Path edited = edited(file, "\"" + key + "\":\"0.0\"", "\"other\":\"0.0\"");
            refused(key, edited, RadamOptimizers.novoGrad(), model);
        }
    }

    /** A copy of a file with another header. */
    private static Path edited(Path file, String from, String to) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[(int) bytes.getLong()];
        bytes.get(header);
        String text = new String(header, StandardCharsets.UTF_8);
        assertTrue(text.contains(from), text);
        byte[] changed = text.replace(from, to).getBytes(StandardCharsets.UTF_8);
        ByteBuffer result = ByteBuffer.allocate(Long.BYTES + changed.length + bytes.remaining())
                .order(ByteOrder.LITTLE_ENDIAN).putLong(changed.length).put(changed).put(bytes);
        return Files.write(file.resolveSibling("edited"), result.array());
    }

    @Test
    void brokenFilesAreRefused() throws IOException {
        Path file = folder.resolve("state");
        try (RadamOptimizer optimizer = RadamOptimizers.radam().build(); Model model = Network.model();
             Trainer trainer = new RadamTrainer(model, Network.config(optimizer))) {
            Network.initialize(trainer);
            Network.train(trainer, 3);
            optimizer.save(file, model.getBlock());
            long whole = Files.size(file);
            for (long length : List.of(whole - 1, whole / 2, 100L, 8L, 7L, 0L)) {
                try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
                    cut.setLength(length);
                }
                assertThrows(IOException.class, () -> optimizer.load(file, model.getBlock()), length + " bytes");
            }
            Files.writeString(file, "\2\0\0\0\0\0\0\0{]");
            assertThrows(IOException.class, () -> optimizer.load(file, model.getBlock()));
            Network.train(trainer, 1);
            try (Stream<Path> left = Files.list(folder)) {
                assertEquals(1, left.count(), "no unfinished file is left");
            }
        }
    }
}
