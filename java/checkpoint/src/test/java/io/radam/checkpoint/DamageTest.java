package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Adam;
import io.radam.LossScaler;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.PlateauSchedule;
import io.radam.StateType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is not as it was written is refused, and nothing is changed. */
class DamageTest {
    private final float[] values = {1, 2, 3};
    private final float[] gradient = {0.1f, 0.2f, 0.3f};
    private final LossScaler scaler = new LossScaler();
    private final PlateauSchedule schedule = new PlateauSchedule();
    private final Parameter parameter = Parameter.builder(MemorySegment.ofArray(values),
            MemorySegment.ofArray(gradient)).name("w").build();

    @TempDir
    Path folder;

    private Checkpoint checkpoint(Optimizer optimizer) {
        return Checkpoint.of(optimizer).withParameters().lossScaler(scaler).plateau(schedule).put("epoch", "3");
    }

    /** All that a restore could change. */
    private List<Object> contents(Optimizer optimizer) {
        return List.of(Arrays.toString(values), optimizer.stepCount(parameter), scaler.scale(),
                scaler.appliedInARow(), schedule.state(), optimizer.groups().getFirst().hyperparameters(),
                Arrays.toString(optimizer.state(parameter).buffer("exp_avg").elements().toArray(
                        ValueLayout.JAVA_BYTE)));
    }

    private void refused(Optimizer optimizer, byte[] bytes, String what) throws Exception {
        List<Object> before = contents(optimizer);
        Path damaged = Files.write(folder.resolve("damaged"), bytes);
        CheckpointFormatException e = assertThrows(CheckpointFormatException.class,
                () -> checkpoint(optimizer).restore(damaged), what);
        assertTrue(e.getMessage().startsWith(damaged + ": "), e.getMessage());
        assertEquals(damaged.toString(), e.path());
        assertEquals(before, contents(optimizer), what);
    }

    @Test
    void everyFlippedByteAndEveryLength() throws Exception {
        Path file = folder.resolve("whole");
        try (Optimizer optimizer = Adam.builder().stateType(StateType.BLOCK8).parameter(parameter).build()) {
            optimizer.step();
            checkpoint(optimizer).write(file);
            optimizer.step();
            scaler.update(true);
            schedule.update(0.5);
            byte[] whole = Files.readAllBytes(file);
            for (int i = 0; i < whole.length; i++) {
                for (int mask : new int[] {1 << i % Byte.SIZE, 255}) {
                    byte[] bytes = whole.clone();
                    bytes[i] ^= (byte) mask;
                    refused(optimizer, bytes, "byte " + i + " ^ " + mask);
                }
                refused(optimizer, Arrays.copyOf(whole, i), "length " + i);
            }
            refused(optimizer, Arrays.copyOf(whole, whole.length + 1), "a byte more");
            refused(optimizer, Arrays.copyOf(whole, 2 * whole.length), "as many bytes more");
            assertEquals("3", checkpoint(optimizer).restore(file).get("epoch"));
            assertEquals(1, optimizer.stepCount(parameter));
        }
    }

    /** The sums of what is not restored do not matter. They do to {@link CheckpointFile#verify}. */
    @Test
    void verifyReadsAll() throws Exception {
        Path file = folder.resolve("whole");
        try (Optimizer optimizer = Adam.builder().parameter(parameter).build()) {
            checkpoint(optimizer).write(file);
            byte[] bytes = Files.readAllBytes(file);
            // The tensor whose name comes first in the alphabet.
            bytes[bytes.length - 5 * 4 * 2] ^= 1;
            Files.write(file, bytes);
            try (CheckpointFile opened = Checkpoint.read(file)) {
                assertEquals("3", opened.get("epoch"));
                String begin = new String(bytes, StandardCharsets.ISO_8859_1);
                assertTrue(begin.contains("\"parameter.w\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}"));
                assertThrows(CheckpointFormatException.class, opened::verify);
                opened.restore(optimizer);
                List<Object> before = contents(optimizer);
                assertThrows(CheckpointFormatException.class, () -> opened.restore(checkpoint(optimizer)));
                assertEquals(before, contents(optimizer));
            }
        }
    }

    /** A disk that fails, or a program that writes over the file, shows in the bytes that are read. */
    @Test
    void theFileBecomesShorter() throws Exception {
        Path file = folder.resolve("whole");
        try (Optimizer optimizer = Adam.builder().parameter(parameter).build()) {
            checkpoint(optimizer).write(file);
            try (CheckpointFile opened = Checkpoint.read(file)) {
                Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 100));
                List<Object> before = contents(optimizer);
                assertThrows(CheckpointFormatException.class, () -> opened.restore(optimizer));
                assertEquals(before, contents(optimizer));
            }
        }
    }

    @Test
    void whatIsNoFile() {
        assertThrows(IOException.class, () -> Checkpoint.read(folder));
        assertThrows(NoSuchFileException.class, () -> Checkpoint.read(folder.resolve("none")));
    }
}
