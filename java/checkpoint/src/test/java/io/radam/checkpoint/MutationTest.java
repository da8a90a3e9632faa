package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.InvalidSnapshotException;
import io.radam.LossScaler;
import io.radam.PlateauSchedule;
import io.radam.StateType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Headers without checksums that were changed at random: each is restored, or refused by name with nothing changed. */
class MutationTest {
    private static final int ROUNDS = 300;
    private static final String[] TOKENS = {"\"", "{", "}", "[", "]", ",", ":", "null", "true", "-1", "0", "1e3", "1.5",
        "9223372036854775807", "\\\"", "\\u0000", "\\ud800", "NaN", "\"a\":1,", "300", "F16", "BF16", "U8", "\\",
        "\u00ff"};

    @TempDir
    Path folder;

    private static Checkpoint checkpoint(Model model) {
        return Checkpoint.of(model.optimizer).withParameters().withAverages().lossScaler(new LossScaler())
                .plateau(new PlateauSchedule());
    }

    @ParameterizedTest
    @EnumSource
    void restoredOrRefused(StateType type) throws Exception {
        Path file = folder.resolve("run.safetensors");
        SplittableRandom random = new SplittableRandom(type.ordinal());
        try (Model saved = new Model(Model.Kind.AMSGRAD, type, true).step(2);
                Model model = new Model(Model.Kind.AMSGRAD, type, true)) {
            checkpoint(saved).put("epoch", "3").write(file);
            byte[] header;
            byte[] data;
            try (TensorFile opened = new TensorFile(file)) {
                List<Tensor> tensors = List.copyOf(opened.tensors().values());
                header = Header.of(opened.metadata(), tensors).toBytes();
                int bytes = (int) tensors.stream().mapToLong(tensor -> tensor.bytes().byteSize()).sum();
                byte[] all = Files.readAllBytes(file);
                data = Arrays.copyOfRange(all, all.length - bytes, all.length);
            }
            int refused = 0;
            for (int round = 0; round < ROUNDS; round++) {
                byte[] changed = header;
                for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                    changed = changed(changed, random);
                }
                Files.write(file, ByteBuffer.allocate(Long.BYTES + changed.length + data.length)
                        .order(ByteOrder.LITTLE_ENDIAN).putLong(changed.length).put(changed).put(data).array());
                List<String> before = model.contents();
                try {
                    checkpoint(model).restore(file);
                } catch (CheckpointFormatException | InvalidSnapshotException e) {
                    refused++;
                    assertEquals(before, model.contents());
                }
            }
            assertTrue(refused > ROUNDS / 2 && refused < ROUNDS, refused + " were refused");
        }
    }

    /** With another digit, some bytes of another place, or a token that means something in JSON. */
    static byte[] changed(byte[] header, SplittableRandom random) {
        int at = random.nextInt(header.length);
        int removed = random.nextInt(12);
        byte[] added;
        switch (random.nextInt(3)) {
            case 0 -> {
                while (at < header.length - 1 && !Character.isDigit(header[at])) {
                    at++;
                }
                removed = 1;
                added = new byte[] {(byte) ('0' + random.nextInt(10))};
            }
            case 1 -> {
                int from = random.nextInt(header.length);
                added = Arrays.copyOfRange(header, from, Math.min(from + random.nextInt(80), header.length));
            }
            default -> added = TOKENS[random.nextInt(TOKENS.length)].getBytes(StandardCharsets.ISO_8859_1);
        }
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        result.write(header, 0, at);
        result.writeBytes(added);
        int rest = Math.min(at + removed, header.length);
        result.write(header, rest, header.length - rest);
        return result.toByteArray();
    }
}
