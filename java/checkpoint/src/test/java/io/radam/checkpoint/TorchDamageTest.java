package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Adam;
import io.radam.InvalidSnapshotException;
import io.radam.Optimizer;
import io.radam.Parameter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real file that is not as PyTorch has written it is refused by name, or restored whole. */
class TorchDamageTest {
    private static final int ROUNDS = 2000;

    @TempDir
    Path folder;

    private final List<Parameter> parameters =
            List.of(Parameter.of(new float[6], new float[6]), Parameter.of(new float[4], new float[4]),
                    Parameter.of(new float[5], new float[5]));

    private Optimizer build() {
        Optimizer optimizer = Adam.builder().amsgrad(true).parameter(parameters.getFirst()).build();
        optimizer.addGroup(group -> group.parameters(parameters.subList(1, 3)));
        return optimizer;
    }

    /** All that a restore could change. */
    private List<String> contents(Optimizer optimizer) {
        List<String> contents = new ArrayList<>();
        optimizer.groups().forEach(group -> contents.add(group.hyperparameters().toString()));
        for (Parameter parameter : parameters) {
            contents.add("" + optimizer.stepCount(parameter));
            optimizer.state(parameter).buffers().forEach((name, buffer) ->
                    contents.add(name + Arrays.toString(buffer.elements().toArray(ValueLayout.JAVA_INT))));
        }
        return contents;
    }

    /** Whether it was refused, with nothing changed. */
    private boolean isRefused(Path file, Optimizer optimizer, String what) throws IOException {
        List<String> before = contents(optimizer);
        try {
            TorchCheckpoint.restore(file, optimizer);
            return false;
        } catch (CheckpointFormatException | InvalidSnapshotException e) {
            assertEquals(before, contents(optimizer), what);
            return true;
        }
    }

    @Test
    void everyFlippedByteAndEveryLength() throws Exception {
        byte[] whole = Files.readAllBytes(TorchFiles.real(folder, "Adam"));
        Path damaged = folder.resolve("damaged");
        try (Optimizer optimizer = build(); Optimizer restored = build()) {
            TorchCheckpoint.restore(folder.resolve("Adam.pt"), restored);
            List<String> expected = contents(restored);
            int refused = 0;
            for (int i = 0; i < whole.length; i++) {
                int mask = i % 2 == 0 ? 255 : 1 << i / 2 % Byte.SIZE;
                byte[] bytes = whole.clone();
                bytes[i] ^= (byte) mask;
                Files.write(damaged, bytes);
                // What nobody reads is covered by no sum, such as dates and what is between entries.
                if (isRefused(damaged, optimizer, "byte " + i + " ^ " + mask)) {
                    refused++;
                } else {
                    assertEquals(expected, contents(optimizer), "byte " + i + " ^ " + mask);
                    optimizer.setStepCount(parameters.getLast(), 9);
                }
                Files.write(damaged, Arrays.copyOf(whole, i));
                assertTrue(isRefused(damaged, optimizer, "length " + i), "length " + i);
            }
            assertTrue(refused > whole.length / 2, refused + " were refused");
            Files.write(damaged, Arrays.copyOf(whole, whole.length + 1));
            assertTrue(isRefused(damaged, optimizer, "a byte more"));
        }
    }

    /** Pickles with the right sums, in which something is other than PyTorch wrote it. */
    @Test
    void otherPickles() throws Exception {
        Map<String, byte[]> data = new LinkedHashMap<>();
        byte[] pickle;
        try (StoredZip zip = new StoredZip(TorchFiles.real(folder, "Adam"))) {
            pickle = zip.read("data.pkl", 1 << 20);
            for (StoredZip.Entry entry : zip.entries()) {
                if (entry.name().startsWith("data/")) {
                    data.put(entry.name(), zip.read(entry.name(), 1 << 20));
                }
            }
        }
        SplittableRandom random = new SplittableRandom(1);
        try (Optimizer optimizer = build()) {
            int refused = 0;
            for (int round = 0; round < ROUNDS; round++) {
                byte[] changed = pickle;
                for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                    changed = changed(changed, random);
                }
                refused += isRefused(TorchFiles.zipped(folder, changed, data), optimizer, "round " + round) ? 1 : 0;
            }
            assertTrue(refused > ROUNDS / 2 && refused < ROUNDS, refused + " were refused");
        }
    }

    /** With another byte, or with some of another place. */
    private static byte[] changed(byte[] pickle, SplittableRandom random) {
        int at = random.nextInt(pickle.length);
        int removed = random.nextInt(4);
        byte[] added;
        if (random.nextBoolean()) {
            removed = 1;
            added = new byte[] {(byte) random.nextInt(256)};
        } else {
            int from = random.nextInt(pickle.length);
            added = Arrays.copyOfRange(pickle, from, Math.min(from + random.nextInt(40), pickle.length));
        }
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        result.write(pickle, 0, at);
        result.writeBytes(added);
        int rest = Math.min(at + removed, pickle.length);
        result.write(pickle, rest, pickle.length - rest);
        return result.toByteArray();
    }

    /** A disk that fails, or a program that writes over the file, shows in the bytes that are read. */
    @Test
    void theFileBecomesShorter() throws Exception {
        Path path = TorchFiles.real(folder, "Adam");
        try (Optimizer optimizer = build(); TorchFile file = TorchCheckpoint.read(path)) {
            Files.write(path, Arrays.copyOf(Files.readAllBytes(path), 1700));
            List<String> before = contents(optimizer);
            assertThrows(CheckpointFormatException.class, file::verify);
            assertThrows(CheckpointFormatException.class, () -> file.restore(optimizer));
            assertEquals(before, contents(optimizer));
        }
    }

    @Test
    void whatIsNoFile() throws Exception {
        assertThrows(IOException.class, () -> TorchCheckpoint.read(folder));
        assertThrows(NoSuchFileException.class, () -> TorchCheckpoint.read(folder.resolve("none")));
        Path text = Files.writeString(folder.resolve("text"), "no checkpoint at all, but some text");
        assertThrows(CheckpointFormatException.class, () -> TorchCheckpoint.read(text));
        assertThrows(CheckpointFormatException.class, () -> TorchCheckpoint.read(Files.write(text, new byte[0])));
    }
}
