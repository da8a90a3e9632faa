package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.radam.AdamW;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.StateType;
import io.radam.YellowFin;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file to the byte, as the README has it. */
class LayoutTest {
    @TempDir
    Path folder;

    @Test
    void theBytesOfASmallCheckpoint() throws Exception {
        Path file = folder.resolve("run.safetensors");
        String hyperparameters;
        Parameter parameter = Parameter.builder(MemorySegment.ofArray(new float[] {1, 2, 3, 4}),
                MemorySegment.ofArray(new float[] {1, 1, 1, 1})).name("fc.weight").build();
        try (Optimizer optimizer = AdamW.builder().seed(7).stateType(StateType.BLOCK8).group(group -> group.name("head")
                .parameter(parameter).learningRate(0.5)).build()) {
            optimizer.step();
            hyperparameters = optimizer.group("head").hyperparameters().toText().entrySet().stream()
                    .map(pair -> "\\\"" + pair.getKey() + "\\\":\\\"" + pair.getValue() + "\\\"")
                    .collect(Collectors.joining(","));
            Checkpoint.of(optimizer).withParameters().shapes(Map.of("fc.weight", new long[] {2, 2})).put("epoch", "3")
                    .write(file);
        }
        byte[] bytes = Files.readAllBytes(file);
        int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertEquals(0, length % 8);
        String header = new String(bytes, 8, length, StandardCharsets.UTF_8);
        int data = 8 + length;
        String expected = """
                {"__metadata__":{"crc32c":"<header>","format":"radam","version":"1","algorithm":"adam","seed":"7",\
                "learning_rate_factor":"1.0","next_random_index":"1","state.fc.weight.step":"1","param_groups":"[{\\"lr\\":0.5,\
                \\"eps\\":1.0E-8,\\"weight_decay\\":0.01,\\"maximize\\":false,\\"amsgrad\\":false,\
                \\"betas\\":[0.9,0.999],\
                \\"decoupled_weight_decay\\":true,\\"name\\":\\"head\\",\\"state_type\\":\\"BLOCK8\\",\
                \\"state_rounding\\":\\"STOCHASTIC\\",\\"hyperparameters\\":{<hyperparameters>},\
                \\"params\\":[\\"fc.weight\\"]}]","parameters":"{\\"fc.weight\\":{\\"named\\":true,\\"length\\":4,\
                \\"first\\":0,\\"whole_length\\":4,\\"random_index\\":0}}","user.epoch":"3",\
                "crc32c.parameter.fc.weight":"<0>","crc32c.state.fc.weight.exp_avg.scale":"<16>",\
                "crc32c.state.fc.weight.exp_avg_sq.scale":"<20>","crc32c.state.fc.weight.step":"<24>",\
                "crc32c.state.fc.weight.exp_avg":"<28>","crc32c.state.fc.weight.exp_avg_sq":"<32>"},\
                "parameter.fc.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},\
                "state.fc.weight.exp_avg.scale":{"dtype":"F32","shape":[1],"data_offsets":[16,20]},\
                "state.fc.weight.exp_avg_sq.scale":{"dtype":"F32","shape":[1],"data_offsets":[20,24]},\
                "state.fc.weight.step":{"dtype":"F32","shape":[],"data_offsets":[24,28]},\
                "state.fc.weight.exp_avg":{"dtype":"U8","shape":[2,2],"data_offsets":[28,32]},\
                "state.fc.weight.exp_avg_sq":{"dtype":"U8","shape":[2,2],"data_offsets":[32,36]}}""";
        int[] begins = {0, 16, 20, 24, 28, 32, 36};
        for (int i = 0; i < 6; i++) {
            expected = expected.replace("<" + begins[i] + ">", crc(bytes, data + begins[i], data + begins[i + 1]));
        }
        expected = expected.replace("<header>", header.substring(27, 35));
        expected = expected.replace("<hyperparameters>", hyperparameters);
        assertEquals(expected + " ".repeat(length - expected.length()), header);

        String unsummed = header.substring(0, 27) + "00000000" + header.substring(35);
        byte[] unsummedBytes = unsummed.getBytes(StandardCharsets.UTF_8);
        assertEquals(crc(unsummedBytes, 0, unsummedBytes.length), header.substring(27, 35));
        assertEquals(data + 36, bytes.length);
        assertEquals(1, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getFloat(data + 24));
    }

    /** What a reader finds of YellowFin: numbers by their names, and all that its window has as one tensor. */
    @Test
    void theNumbersOfYellowFin() throws Exception {
        Path file = folder.resolve("run.safetensors");
        Parameter parameter = Parameter.builder(MemorySegment.ofArray(new float[] {1, 2}),
                MemorySegment.ofArray(new float[] {3, 4})).name("w").build();
        try (Optimizer optimizer = YellowFin.builder().parameter(parameter).build()) {
            optimizer.step();
            optimizer.step();
            Checkpoint.write(file, optimizer);
            try (TensorFile opened = new TensorFile(file)) {
                Map<String, Tensor> tensors = opened.tensors();
                assertEquals(Set.of("step", "momentum_buffer", "exp_avg", "steps", "weight", "h_min", "h_max",
                        "norm_squared", "norm", "dist_to_opt", "learning_rate", "momentum", "window"),
                        tensors.keySet().stream().map(name -> name.substring("state.w.".length()))
                                .collect(Collectors.toSet()));
                assertEquals(List.of(1L), tensors.get("state.w.h_min").shape());
                assertArrayEquals(new double[] {2}, doubles(tensors.get("state.w.steps")));
                assertEquals(List.of(64L), tensors.get("state.w.window").shape());
                double[] window = new double[64];
                window[0] = window[1] = 25; // squared norms, the latest first
                assertArrayEquals(window, doubles(tensors.get("state.w.window")));
            }
        }
    }

    private static double[] doubles(Tensor tensor) {
        assertEquals(TensorType.F64, tensor.type());
        return tensor.bytes().toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED);
    }

    private static String crc(byte[] bytes, int begin, int end) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, begin, end - begin);
        return String.format("%08x", crc.getValue());
    }
}
