package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Adadelta;
import io.radam.AdadeltaSettings;
import io.radam.Adagrad;
import io.radam.AdagradSettings;
import io.radam.Adam;
import io.radam.AdamSettings;
import io.radam.AdamW;
import io.radam.Adamax;
import io.radam.AdamaxSettings;
import io.radam.Hyperparameters;
import io.radam.InvalidSnapshotException;
import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.Parameter;
import io.radam.RAdam;
import io.radam.RMSprop;
import io.radam.RMSpropSettings;
import io.radam.SGD;
import io.radam.SgdSettings;
import io.radam.WeightDecay;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch has written, with values that {@code torch_files.py} has put there. */
class TorchFileTest {
    private static final Map<String, long[]> SHAPES =
            Map.of("0.0", new long[] {2, 3}, "1.0", new long[] {4}, "1.1", new long[] {5});

    @TempDir
    Path folder;

    private final List<Parameter> parameters = List.of(parameter(6), parameter(4), parameter(5));

    private static Parameter parameter(int length) {
        return Parameter.of(new float[length], new float[length]);
    }

    /** Has made another step than the file. */
    private Optimizer build(OptimizerBuilder<?, ?> builder) {
        builder.parameters(parameters.subList(0, 1));
        Optimizer optimizer = builder.build();
        optimizer.addGroup(group -> group.parameters(parameters.subList(1, 3)));
        optimizer.setLearningRateFactor(0.5);
        parameters.forEach(parameter -> Arrays.fill((float[]) parameter.gradient().heapBase().orElseThrow(), 1));
        optimizer.step();
        return optimizer;
    }

    private float[] state(Optimizer optimizer, int parameter, String buffer) {
        return optimizer.state(parameters.get(parameter)).buffer(buffer).elements().toArray(ValueLayout.JAVA_FLOAT);
    }

    private static float[] from(int first, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = first + i;
        }
        return values;
    }

    private List<Long> steps(Optimizer optimizer) {
        return parameters.stream().map(optimizer::stepCount).toList();
    }

    @Test
    void adam() throws Exception {
        Path file = TorchFiles.real(folder, "Adam");
        try (Optimizer optimizer = build(Adam.builder().amsgrad(true))) {
            TorchCheckpoint.of(optimizer).shapes(SHAPES).restore(file);
            assertEquals(List.of(2L, 2L, 0L), steps(optimizer));
            assertArrayEquals(from(10, 6), state(optimizer, 0, "exp_avg"));
            assertArrayEquals(from(20, 6), state(optimizer, 0, "exp_avg_sq"));
            assertArrayEquals(from(30, 6), state(optimizer, 0, "max_exp_avg_sq"));
            assertArrayEquals(from(110, 4), state(optimizer, 1, "exp_avg"));
            assertArrayEquals(from(120, 4), state(optimizer, 1, "exp_avg_sq"));
            assertArrayEquals(from(130, 4), state(optimizer, 1, "max_exp_avg_sq"));
            assertArrayEquals(new float[5], state(optimizer, 2, "exp_avg"));
            assertEquals(1, optimizer.learningRateFactor());
            Hyperparameters first = optimizer.groups().get(0).hyperparameters();
            Hyperparameters second = optimizer.groups().get(1).hyperparameters();
            assertEquals(Adam.Preset.PYTORCH.hyperparameters().toBuilder().set(AdamSettings.AMSGRAD, true)
                    .set(AdamSettings.BETA1, 0.75).set(AdamSettings.BETA2, 0.875)
                    .set(Hyperparameters.LEARNING_RATE, 0.125).build(), first);
            assertEquals(first.toBuilder().set(Hyperparameters.LEARNING_RATE, 0.5)
                    .set(Hyperparameters.WEIGHT_DECAY, 0.25).build(), second);
        }
    }

    /** A file without {@code decoupled_weight_decay}, for which the class counts, as in PyTorch. */
    @Test
    void adamW() throws Exception {
        Path file = TorchFiles.real(folder, "AdamW");
        try (Optimizer optimizer = build(AdamW.builder().weightDecay(0.5))) {
            TorchCheckpoint.restore(file, optimizer);
            Hyperparameters first = optimizer.groups().get(0).hyperparameters();
            assertEquals(0.01, first.weightDecay());
            assertEquals(WeightDecay.DECOUPLED, first.get(Hyperparameters.WEIGHT_DECAY_MODE));
            assertArrayEquals(from(120, 4), state(optimizer, 1, "exp_avg_sq"));
        }
    }

    @Test
    void radam() throws Exception {
        Path file = TorchFiles.real(folder, "RAdam");
        try (Optimizer optimizer = build(RAdam.builder(RAdam.Preset.PYTORCH).weightDecayMode(WeightDecay.DECOUPLED))) {
            TorchCheckpoint.restore(file, optimizer);
            assertEquals(List.of(2L, 2L, 0L), steps(optimizer));
            assertArrayEquals(from(20, 6), state(optimizer, 0, "exp_avg_sq"));
            assertEquals(RAdam.Preset.PYTORCH.hyperparameters(), optimizer.groups().get(0).hyperparameters());
        }
    }

    @Test
    void sgd() throws Exception {
        Path file = TorchFiles.real(folder, "SGD");
        try (Optimizer optimizer = build(SGD.builder())) {
            TorchCheckpoint.restore(file, optimizer);
            assertEquals(List.of(0L, 0L, 0L), steps(optimizer));
            assertEquals(0.125, optimizer.groups().getFirst().hyperparameters().learningRate());
        }
        Path momentum = TorchFiles.real(folder, "SGD-momentum");
        try (Optimizer optimizer = build(SGD.builder().momentum(0.9))) {
            TorchCheckpoint.restore(momentum, optimizer);
            assertEquals(List.of(1L, 1L, 0L), steps(optimizer));
            assertArrayEquals(from(100, 4), state(optimizer, 1, "momentum_buffer"));
            assertEquals(0.5, optimizer.groups().getFirst().hyperparameters().get(SgdSettings.MOMENTUM));
        }
        try (Optimizer optimizer = build(SGD.builder())) {
            InvalidSnapshotException e = assertThrows(InvalidSnapshotException.class,
                    () -> TorchCheckpoint.restore(momentum, optimizer));
            assertTrue(e.getMessage().contains("momentum_buffer"), e.getMessage());
        }
    }

    @Test
    void rmsprop() throws Exception {
        Path file = TorchFiles.real(folder, "RMSprop");
        try (Optimizer optimizer = build(RMSprop.builder().momentum(0.9).centered(true))) {
            TorchCheckpoint.restore(file, optimizer);
            assertEquals(List.of(2L, 2L, 0L), steps(optimizer));
            assertArrayEquals(from(10, 6), state(optimizer, 0, "square_avg"));
            assertArrayEquals(from(20, 6), state(optimizer, 0, "momentum_buffer"));
            assertArrayEquals(from(30, 6), state(optimizer, 0, "grad_avg"));
            assertEquals(RMSprop.Preset.PYTORCH.hyperparameters().toBuilder().set(RMSpropSettings.ALPHA, 0.75)
                    .set(RMSpropSettings.MOMENTUM, 0.5).set(RMSpropSettings.CENTERED, true)
                    .set(Hyperparameters.LEARNING_RATE, 0.125).build(), optimizer.groups().get(0).hyperparameters());
        }
        for (OptimizerBuilder<?, ?> other : List.of(RMSprop.builder(), RMSprop.builder().momentum(0.5))) {
            try (Optimizer optimizer = build(other)) {
                assertThrows(InvalidSnapshotException.class, () -> TorchCheckpoint.restore(file, optimizer));
            }
        }
    }

    /** PyTorch has state of a parameter before its first step: what sums begin with, which here that step adds. */
    @Test
    void adagrad() throws Exception {
        Path file = TorchFiles.real(folder, "Adagrad");
        try (Optimizer optimizer = build(Adagrad.builder())) {
            TorchCheckpoint.restore(file, optimizer);
            assertEquals(List.of(2L, 2L, 0L), steps(optimizer));
            assertArrayEquals(from(110, 4), state(optimizer, 1, "sum"));
            assertArrayEquals(new float[5], state(optimizer, 2, "sum"));
            assertEquals(Adagrad.Preset.PYTORCH.hyperparameters().toBuilder()
                    .set(AdagradSettings.LEARNING_RATE_DECAY, 0.5)
                    .set(AdagradSettings.INITIAL_ACCUMULATOR, 0.25).build(), optimizer.groups().get(0).hyperparameters());
            Path back = folder.resolve("back.pt");
            TorchCheckpoint.write(back, optimizer);
            try (TorchFile written = TorchCheckpoint.read(back)) {
                Map<?, ?> states = (Map<?, ?>) ((Map<?, ?>) written.contents()).get("state");
                Map<?, ?> last = (Map<?, ?>) states.get(2L);
                assertEquals(0, ((TorchTensor) last.get("step")).item());
                float[] sum = new float[5];
                ((TorchTensor) last.get("sum")).copyTo(MemorySegment.ofArray(sum));
                assertArrayEquals(new float[] {0.25f, 0.25f, 0.25f, 0.25f, 0.25f}, sum);
            }
            String message = assertThrows(InvalidSnapshotException.class,
                    () -> TorchCheckpoint.restore(withAnotherFirstSum(back), optimizer)).getMessage();
            assertTrue(message.contains("is 0.5 in the file before the first step, but 0.25 by its settings"), message);
        }
    }

    /** The same file, but for an element of the sum of the parameter that was not stepped. */
    private Path withAnotherFirstSum(Path file) throws Exception {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                String name = entry.getName();
                entries.put(name.substring(name.indexOf('/') + 1), zip.getInputStream(entry).readAllBytes());
            }
        }
        byte[] pickle = entries.remove("data.pkl");
        entries.remove("version");
        int changed = 0;
        for (byte[] bytes : entries.values()) {
            ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            if (bytes.length == 5 * Float.BYTES && numbers.getFloat(4 * Float.BYTES) == 0.25f) {
                numbers.putFloat(4 * Float.BYTES, 0.5f);
                changed++;
            }
        }
        assertEquals(1, changed);
        return TorchFiles.zipped(folder, pickle, entries);
    }

    @Test
    void adamax() throws Exception {
        Path file = TorchFiles.real(folder, "Adamax");
        try (Optimizer optimizer = build(Adamax.builder())) {
            TorchCheckpoint.restore(file, optimizer);
            assertEquals(List.of(2L, 2L, 0L), steps(optimizer));
            assertArrayEquals(from(110, 4), state(optimizer, 1, "exp_avg"));
            assertArrayEquals(from(120, 4), state(optimizer, 1, "exp_inf"));
            assertEquals(Adamax.Preset.PYTORCH.hyperparameters().toBuilder().set(AdamaxSettings.BETA1, 0.75)
                    .set(AdamaxSettings.BETA2, 0.875).build(), optimizer.groups().get(0).hyperparameters());
        }
    }

    @Test
    void adadelta() throws Exception {
        Path file = TorchFiles.real(folder, "Adadelta");
        try (Optimizer optimizer = build(Adadelta.builder())) {
            TorchCheckpoint.restore(file, optimizer);
            assertEquals(List.of(2L, 2L, 0L), steps(optimizer));
            assertArrayEquals(from(10, 6), state(optimizer, 0, "square_avg"));
            assertArrayEquals(from(120, 4), state(optimizer, 1, "acc_delta"));
            assertEquals(Adadelta.Preset.PYTORCH.hyperparameters().with(AdadeltaSettings.RHO, 0.75),
                    optimizer.groups().get(0).hyperparameters());
        }
    }

    /** All of its state can be looked at. */
    @Test
    void nadam() throws Exception {
        Path path = TorchFiles.real(folder, "NAdam");
        try (TorchFile file = TorchCheckpoint.read(path); Optimizer optimizer = build(Adam.builder())) {
            file.verify();
            Map<?, ?> dict = (Map<?, ?>) file.contents();
            Map<?, ?> state = (Map<?, ?>) ((Map<?, ?>) dict.get("state")).get(1L);
            assertEquals(List.of("step", "mu_product", "exp_avg", "exp_avg_sq"), List.copyOf(state.keySet()));
            assertEquals(2, ((TorchTensor) state.get("step")).item());
            double product = ((TorchTensor) state.get("mu_product")).item();
            assertEquals((float) (0.9 * (1 - 0.5 * Math.pow(0.96, 0.004)) * 0.9
                    * (1 - 0.5 * Math.pow(0.96, 0.008))), product, 1e-7);
            Map<?, ?> group = (Map<?, ?>) ((List<?>) dict.get("param_groups")).get(1);
            assertEquals(0.004, group.get("momentum_decay"));
            assertEquals(List.of(1L, 2L), group.get("params"));
            assertEquals(List.of(0.9, 0.999), group.get("betas"));
            InvalidSnapshotException e =
                    assertThrows(InvalidSnapshotException.class, () -> file.restore(optimizer));
            assertEquals("the file is of torch.optim.NAdam, group 0 of torch.optim.Adam or AdamW", e.getMessage());
        }
    }

    /** Steps of all types, a learning rate that is a tensor, state of 16 bits, in columns, and in shared storage. */
    @Test
    void stateOfAllKinds() throws Exception {
        Path file = TorchFiles.real(folder, "all");
        try (Optimizer optimizer = build(Adam.builder())) {
            TorchCheckpoint.of(optimizer).at("optimizers", 0).shapes(SHAPES).pieceBytes(16).restore(file);
            assertEquals(List.of(2L, 7L, 0L), steps(optimizer));
            assertArrayEquals(new float[] {0, 2, 4, 1, 3, 5}, state(optimizer, 0, "exp_avg"));
            assertArrayEquals(from(10, 6), state(optimizer, 0, "exp_avg_sq"));
            assertArrayEquals(new float[] {1, -2, 0.5f, 3}, state(optimizer, 1, "exp_avg"));
            assertArrayEquals(new float[] {1, 2, 0.5f, 3}, state(optimizer, 1, "exp_avg_sq"));
            assertEquals(0.125, optimizer.groups().get(0).hyperparameters().learningRate());
            assertEquals(0.9, optimizer.groups().get(0).hyperparameters().get(AdamSettings.BETA1));
        }
    }

    @Test
    void lookAtAll() throws Exception {
        try (TorchFile file = TorchCheckpoint.read(TorchFiles.real(folder, "all"))) {
            file.verify();
            Map<?, ?> all = (Map<?, ?>) file.contents();
            assertEquals(3L, all.get("epoch"));
            assertEquals(List.of(2L, 3L), all.get("size"));
            assertEquals(Arrays.asList(1L << 40, -(1L << 40), -5L, 300L, 70000L, 0.1, true, false, null, "ä€😀",
                    List.of(), List.of(1L, 2L, 3L, 4L)), all.get("numbers"));
            assertEquals(Map.of(3L, 1L, 5L, 1L), ((Map<?, ?>) all.get("scheduler")).get("milestones"));
            Map<?, ?> model = (Map<?, ?>) all.get("model");
            assertEquals("FLOAT32[3, 2]", model.get("0.weight").toString());
            assertEquals("INT64[]", model.get("1.num_batches_tracked").toString());
            assertEquals("FLOAT32[3, 2]", ((List<?>) all.get("parameters")).getFirst().toString());

            List<?> tensors = (List<?>) all.get("tensors");
            assertEquals("[INT64[2], INT32[2], INT16[2], INT8[2], UINT8[2], BOOL[2], FLOAT64[2], FLOAT32[0, 3], "
                    + "FLOAT32[2, 3]]", tensors.toString());
            TorchTensor repeated = (TorchTensor) tensors.getLast();
            float[] values = new float[6];
            repeated.copyTo(MemorySegment.ofArray(values));
            assertArrayEquals(new float[] {2.5f, 2.5f, 2.5f, 2.5f, 2.5f, 2.5f}, values);
            ((TorchTensor) tensors.get(7)).copyTo(MemorySegment.ofArray(new float[0]));
            assertThrows(IllegalArgumentException.class, () -> repeated.copyTo(MemorySegment.ofArray(new float[5])));
            assertThrows(IllegalStateException.class, repeated::item);
            TorchTensor doubles = (TorchTensor) tensors.get(6);
            assertThrows(IllegalArgumentException.class, () -> doubles.copyTo(MemorySegment.ofArray(new float[2])));
            assertThrows(UnsupportedOperationException.class, () -> all.remove("epoch"));
            assertThrows(UnsupportedOperationException.class, tensors::removeLast);
        }
    }

    @Test
    void whereTheStateIs() throws Exception {
        Path file = TorchFiles.real(folder, "all");
        try (Optimizer optimizer = build(Adam.builder())) {
            CheckpointFormatException e =
                    assertThrows(CheckpointFormatException.class, () -> TorchCheckpoint.restore(file, optimizer));
            assertTrue(e.getMessage().contains("but [model, parameters, optimizers,"), e.getMessage());
            for (Object[] place : new Object[][] {{"optimizer"}, {"optimizers", 1}, {"optimizers", -1}, {"optimizers"},
                {"epoch", "optimizers"}, {0}, {"numbers", 8}}) {
                assertThrows(CheckpointFormatException.class,
                        () -> TorchCheckpoint.of(optimizer).at(place).restore(file), Arrays.toString(place));
            }
            assertThrows(IllegalArgumentException.class, () -> TorchCheckpoint.of(optimizer).at(1.5));
            assertEquals(List.of(1L, 1L, 1L), steps(optimizer));
        }
    }

    @Test
    void legacyFile() throws Exception {
        Path file = TorchFiles.real(folder, "legacy");
        CheckpointFormatException e =
                assertThrows(CheckpointFormatException.class, () -> TorchCheckpoint.read(file));
        assertTrue(e.getMessage().endsWith("before version 1.6: load it in PyTorch, and save it anew"),
                e.getMessage());
    }

    /** What is written here is read here, and both know each file of the other. */
    @ParameterizedTest
    @ValueSource(strings = {"Adam", "AdamW", "RAdam", "SGD-momentum"})
    void writtenAndRead(String name) throws Exception {
        OptimizerBuilder<?, ?> builder = switch (name) {
            case "Adam" -> Adam.builder().amsgrad(true);
            case "AdamW" -> AdamW.builder();
            case "RAdam" -> RAdam.builder(RAdam.Preset.PYTORCH);
            default -> SGD.builder().momentum(0.9);
        };
        try (Optimizer optimizer = build(builder)) {
            TorchCheckpoint.restore(TorchFiles.real(folder, name), optimizer);
            List<Hyperparameters> before = hyperparameters(optimizer);
            float[] state = state(optimizer, 1, name.startsWith("SGD") ? "momentum_buffer" : "exp_avg");
            Path written = folder.resolve("written.pt");
            TorchCheckpoint.of(optimizer).shapes(SHAPES).pieceBytes(16).write(written);
            List<Long> steps = steps(optimizer);
            optimizer.step();
            optimizer.groups().getFirst().setLearningRate(9);
            TorchCheckpoint.of(optimizer).shapes(SHAPES).restore(written);
            assertEquals(before, hyperparameters(optimizer));
            assertEquals(steps, steps(optimizer));
            assertArrayEquals(state, state(optimizer, 1, name.startsWith("SGD") ? "momentum_buffer" : "exp_avg"));
        }
    }

    private static List<Hyperparameters> hyperparameters(Optimizer optimizer) {
        return optimizer.groups().stream().map(group -> group.hyperparameters()).toList();
    }
}
