package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.radam.InvalidSnapshotException;
import io.radam.LossScaler;
import io.radam.PlateauSchedule;
import io.radam.StateType;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Good files of tensors that say something else than a checkpoint may. They have no checksums, as if another program
 * had written them.
 */
class HostileContentTest {
    @TempDir
    Path folder;

    /** A checkpoint whose texts and tensors were changed. */
    private Path changed(BiConsumer<Map<String, String>, Map<String, Tensor>> change) throws Exception {
        return changed(Model.Kind.ADAM, change);
    }

    private Path changed(Model.Kind kind, BiConsumer<Map<String, String>, Map<String, Tensor>> change) throws Exception {
        Path file = folder.resolve("run.safetensors");
        try (Model model = new Model(kind, StateType.BLOCK8, true).step(2)) {
            Checkpoint.of(model.optimizer).withParameters().withAverages().lossScaler(new LossScaler())
                    .plateau(new PlateauSchedule()).write(file);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TensorFile opened = new TensorFile(file)) {
            Map<String, String> texts = new LinkedHashMap<>(opened.metadata());
            Map<String, Tensor> tensors = new LinkedHashMap<>(opened.tensors());
            change.accept(texts, tensors);
            List<Tensor> all = new ArrayList<>();
            tensors.forEach((name, tensor) -> all.add(new Tensor(name, tensor.type(), tensor.shape(), tensor.bytes())));
            byte[] header = Header.of(texts, all).toBytes();
            bytes.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
            bytes.writeBytes(header);
            Header.sorted(all).forEach(tensor -> bytes.writeBytes(tensor.bytes().toArray(ValueLayout.JAVA_BYTE)));
        }
        return Files.write(folder.resolve("changed.safetensors"), bytes.toByteArray());
    }

    private static Checkpoint checkpoint(Model model) {
        return Checkpoint.of(model.optimizer).withParameters().withAverages().lossScaler(new LossScaler())
                .plateau(new PlateauSchedule());
    }

    private void refused(Class<? extends Exception> type, Path file) throws Exception {
        refused(Model.Kind.ADAM, type, file);
    }

    private void refused(Model.Kind kind, Class<? extends Exception> type, Path file) throws Exception {
        try (Model model = new Model(kind, StateType.BLOCK8, true)) {
            List<String> before = model.contents();
            assertThrows(type, () -> checkpoint(model).restore(file));
            assertEquals(before, model.contents());
        }
    }

    /** Its default would be another training. */
    @Test
    void aHyperparameterIsMissing() throws Exception {
        refused(CheckpointFormatException.class, changed((texts, tensors) -> texts.compute("param_groups", (key, text) ->
                text.replaceFirst("\"weightDecay\":\"[^\"]*\",", ""))));
    }

    @Test
    void aFileWithoutChecksumsIsRead() throws Exception {
        Path file = changed((texts, tensors) -> texts.put("user.by", "another program"));
        try (Model saved = new Model(Model.Kind.ADAM, StateType.BLOCK8, true).step(2);
                Model model = new Model(Model.Kind.ADAM, StateType.BLOCK8, true)) {
            assertEquals(Map.of("by", "another program"), checkpoint(model).restore(file));
            assertEquals(saved.contents(), model.contents());
            try (CheckpointFile opened = Checkpoint.read(file)) {
                opened.verify();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"format", "version", "algorithm", "seed", "learning_rate_factor", "next_random_index",
        "param_groups",
        "parameters", "state.array.step", "loss_scaler.scale", "loss_scaler.applied_in_a_row", "plateau.factor",
        "plateau.best", "plateau.worse_in_a_row", "plateau.cooldown_left"})
    void aTextIsMissing(String name) throws Exception {
        refused(CheckpointFormatException.class, changed((texts, tensors) -> assertEquals(true,
                texts.remove(name) != null)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "format|pt", "version|2", "version|", "algorithm|rmsprop", "algorithm|lion", "seed|1.5", "seed|1e3",
        "seed|9223372036854775808", "seed|+1", "seed|0x1", "seed|-0", "seed|00", "seed|07", "seed|1_0",
        "learning_rate_factor|one", "learning_rate_factor|", "learning_rate_factor|1", "learning_rate_factor|1d",
        "learning_rate_factor|1f", "learning_rate_factor|0x1p0", "learning_rate_factor|+1.0",
        "learning_rate_factor|01.0", "learning_rate_factor|1.00", "learning_rate_factor|1e0", "learning_rate_factor|NaN",
        "learning_rate_factor|1.0000000000000000001", "loss_scaler.scale|NaN", "plateau.factor|NaN", "plateau.best|NaN",
        "loss_scaler.applied_in_a_row|-0", "state.array.step|02",
        "state.array.step|5", "state.array.step|1.0", "state.array.step|-1",
        "loss_scaler.applied_in_a_row|4294967296", "loss_scaler.scale|x", "plateau.best|x", "other|x", "user|x",
        "crc32c|00000000", "crc32c.parameter.array|00000000",
        "param_groups|", "param_groups|{}", "param_groups|[]", "param_groups|[{}]", "param_groups|[[]]",
        "param_groups|[{\"params\":[]}]", "parameters|", "parameters|{}", "parameters|[]", "parameters|{\"array\":{}}",
        "parameters|{\"array\":{\"named\":true,\"length\":1e3,\"first\":0,\"whole_length\":1,\"random_index\":0}}",
        "parameters|{\"array\":{\"named\":true,\"length\":1,\"first\":0,\"whole_length\":1,\"random_index\":0}}",
        "parameters|{\"array\":{\"named\":1,\"length\":1,\"first\":0,\"whole_length\":1,\"random_index\":0}}",
    })
    void aTextIsAnother(String name, String value) throws Exception {
        refused(CheckpointFormatException.class,
                changed((texts, tensors) -> texts.put(name, value == null ? "" : value)));
    }

    /** Numbers that could be, but not in this training. */
    @ParameterizedTest
    @CsvSource({"seed,0", "learning_rate_factor,-1.0", "learning_rate_factor,Infinity", "loss_scaler.scale,0.0",
        "loss_scaler.applied_in_a_row,-1", "plateau.factor,2.0", "plateau.worse_in_a_row,-1",
        "plateau.cooldown_left,5"})
    void aTextDoesNotFit(String name, String value) throws Exception {
        refused(InvalidSnapshotException.class, changed((texts, tensors) -> texts.put(name, value)));
    }

    /** Within the JSON of groups and parameters. Each second text is what the first becomes. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "param_groups|\"params\"|\"parameters\"", "param_groups|\"state_type\":\"BLOCK8\"|\"state_type\":\"BLOCK9\"",
        "param_groups|\"state_type\":\"BLOCK8\"|\"state_type\":null",
        "param_groups|\"state_type\":\"BLOCK8\"|\"state_type\":\"FLOAT32\"",
        "param_groups|STOCHASTIC|SOMEHOW", "param_groups|\"learningRate\":\"0.01\"|\"learningRate\":\"NaN\"",
        "param_groups|\"learningRate\":\"0.01\"|\"learningRate\":\"-1.0\"",
        "param_groups|\"learningRate\":\"0.01\"|\"learningRate\":\"0.010\"",
        "param_groups|\"learningRate\":\"0.01\"|\"learningRate\":\"1d\"",
        "param_groups|\"learningRate\":\"0.01\"|\"learningRate\":\"0x1p0\"",
        "param_groups|\"learningRate\":\"0.01\"|\"learningRate\":0.01",
        "param_groups|\"learningRate\":\"0.01\"|\"learningRate\":\"0.01\",\"learningRate\":\"0.01\"",
        "param_groups|\"learningRate\":\"0.01\"|\"rate\":\"0.01\"",
        "param_groups|\"amsgrad\":\"false\"|\"amsgrad\":\"true\"",
        "param_groups|\"amsgrad\":\"false\"|\"amsgrad\":\"no\"",
        "param_groups|[\"array\",|[", "param_groups|[\"array\",|[\"array\",\"array\",",
        "param_groups|\"array\"|\"other\"",
        "param_groups|]}]|]}] ]", "param_groups|]}]|]},]", "parameters|{\"array\":{|{\"other\":{",
        "parameters|{\"array\":{|{\"array\":{},\"array\":{", "parameters|\"length\":300|\"length\":301",
        "parameters|\"length\":300|\"length\":-300", "parameters|\"length\":300|\"length\":300,\"more\":1",
        "parameters|\"length\":300|\"length\":9223372036854775807", "parameters|}}|}},", "parameters|\"first\":0|\"first\":-0",
    })
    void theJsonIsAnother(String name, String part, String other) throws Exception {
        refused(CheckpointFormatException.class, changed((texts, tensors) -> {
            String text = texts.get(name);
            assertEquals(true, text.contains(part), text);
            int at = text.indexOf(part);
            texts.put(name, text.substring(0, at) + other + text.substring(at + part.length()));
        }));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "parameters|\"named\":true|\"named\":false", "parameters|\"first\":0|\"first\":1",
        "parameters|\"whole_length\":300|\"whole_length\":-1", "param_groups|\"name\":\"last\"|\"name\":\"first\"",
    })
    void theJsonDoesNotFit(String name, String part, String other) throws Exception {
        refused(InvalidSnapshotException.class, changed((texts, tensors) -> {
            assertEquals(true, texts.get(name).contains(part), texts.get(name));
            texts.put(name, texts.get(name).replace(part, other));
        }));
    }

    /** PyTorch's keys are for others: what they say does not matter, but they are JSON. */
    @Test
    void nestingInWhatIsSkipped() throws Exception {
        refused(CheckpointFormatException.class, changed((texts, tensors) -> texts.put("param_groups",
                texts.get("param_groups").replaceFirst("\"lr\":[^,]*", "\"lr\":" + "[".repeat(1_000_000)))));
        Path file = changed((texts, tensors) -> texts.put("param_groups",
                texts.get("param_groups").replaceFirst("\"lr\":[^,]*", "\"lr\":[{\"a\":null}]")));
        try (Model model = new Model(Model.Kind.ADAM, StateType.BLOCK8, true)) {
            checkpoint(model).restore(file);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"state.array.step", "state.array.exp_avg", "state.array.exp_avg.scale"})
    void aTensorIsMissingOrAnother(String name) throws Exception {
        refused(CheckpointFormatException.class, changed((texts, tensors) -> tensors.remove(name)));
        refused(CheckpointFormatException.class, changed((_, tensors) -> tensors.put(name, vector(TensorType.F16))));
        refused(CheckpointFormatException.class, changed((_, tensors) -> tensors.put(name, vector(TensorType.F32))));
        refused(CheckpointFormatException.class, changed((_, tensors) -> tensors.put(name, vector(TensorType.U8))));
    }

    @Test
    void aNumberIsMissingOrOutOfRange() throws Exception {
        String name = "state.array.exp_avg_sq";
        Model.Kind kind = Model.Kind.NOVOGRAD;
        refused(kind, CheckpointFormatException.class, changed(kind, (_, tensors) -> tensors.remove(name)));
        refused(kind, CheckpointFormatException.class, changed(kind, (_, tensors) ->
                tensors.put(name, vector(TensorType.F32))));
        for (double[] wrong : new double[][] {{-1}, {Double.NaN}, {Double.POSITIVE_INFINITY}, {1, 1}, {}}) {
            refused(kind, CheckpointFormatException.class, changed(kind, (_, tensors) ->
                    tensors.put(name, Tensor.vector("", TensorType.F64, MemorySegment.ofArray(wrong)))));
        }
        Path file = changed(kind, (_, tensors) ->
                tensors.put(name, Tensor.vector("", TensorType.F64, MemorySegment.ofArray(new double[] {0.375}))));
        try (Model model = new Model(kind, StateType.BLOCK8, true)) {
            checkpoint(model).restore(file);
            assertEquals(0.375, model.optimizer.state(model.parameters.getFirst()).numbers().get("exp_avg_sq"));
        }
    }

    @Test
    void numbersOfOneTensorAreMissingOrOutOfRange() throws Exception {
        String name = "state.array.window";
        Model.Kind kind = Model.Kind.YELLOWFIN;
        refused(kind, CheckpointFormatException.class, changed(kind, (_, tensors) -> tensors.remove(name)));
        for (int length : new int[] {0, 1, 63, 65}) {
            refused(kind, CheckpointFormatException.class, changed(kind, (_, tensors) ->
                    tensors.put(name, Tensor.vector("", TensorType.F64, MemorySegment.ofArray(new double[length])))));
        }
        double[] window = new double[64];
        for (double wrong : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY, 0.375}) {
            window[63] = wrong;
            Path file = changed(kind, (_, tensors) ->
                    tensors.put(name, Tensor.vector("", TensorType.F64, MemorySegment.ofArray(window))));
            if (wrong != 0.375) {
                refused(kind, CheckpointFormatException.class, file);
                continue;
            }
            try (Model model = new Model(kind, StateType.BLOCK8, true)) {
                checkpoint(model).restore(file);
                Map<String, Double> numbers = model.optimizer.state(model.parameters.getFirst()).numbers();
                assertEquals(0.375, numbers.get("window_63"));
                assertEquals(0, numbers.get("window_62"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"state.array.momentum", "parameter.", "average.other", "x", "parameter.other"})
    void aTensorIsUnknown(String name) throws Exception {
        refused(CheckpointFormatException.class, changed((_, tensors) -> tensors.put(name, vector(TensorType.F32))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"parameter.array", "average.array"})
    void valuesOfAnotherLength(String name) throws Exception {
        refused(CheckpointFormatException.class, changed((_, tensors) -> tensors.put(name, vector(TensorType.F32))));
    }

    @Test
    void valuesThatAreMissingOrOfAnotherType() throws Exception {
        refused(InvalidSnapshotException.class, changed((texts, tensors) -> tensors.remove("parameter.slice")));
        refused(InvalidSnapshotException.class, changed((texts, tensors) -> tensors.put("parameter.half",
                Tensor.vector("", TensorType.F16, tensors.get("parameter.half").bytes()))));
    }

    private static Tensor vector(TensorType type) {
        return Tensor.vector("", type, MemorySegment.ofArray(new byte[12]));
    }
}
