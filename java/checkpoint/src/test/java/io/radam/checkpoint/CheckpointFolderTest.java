package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.radam.StateType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The last few of numbered checkpoints. */
class CheckpointFolderTest {
    @TempDir
    Path temporary;

    @Test
    void theLastAreKept() throws Exception {
        Path path = temporary.resolve("a/b");
        CheckpointFolder folder = CheckpointFolder.of(path).keepLast(2);
        assertEquals(Optional.empty(), folder.latest());
        try (Model model = new Model(Model.Kind.SGD_MOMENTUM, StateType.FLOAT32, true)) {
            Checkpoint checkpoint = Checkpoint.of(model.optimizer);
            assertEquals(path.resolve("checkpoint-000000000009.safetensors"), folder.write(checkpoint, 9));
            Files.writeString(path.resolve("checkpoint-1.safetensors"), "the user's");
            Files.writeString(path.resolve(".other.0123456789abcdef.tmp"), "the user's");
            Files.writeString(path.resolve(".checkpoint-000000000009.safetensors.0123456789abcdef.tmp"), "unfinished");
            folder.write(checkpoint, 10);
            Path last = folder.write(checkpoint, 1_000_000_000_000L);
            assertEquals(List.of(path.resolve("checkpoint-000000000010.safetensors"), last), folder.files());
            assertEquals(Optional.of(last), folder.latest());
            // A training that went back.
            Path back = folder.write(checkpoint, 3);
            assertEquals(List.of(back, last), folder.files());
            assertEquals(List.of(".other.0123456789abcdef.tmp", "checkpoint-000000000003.safetensors",
                    "checkpoint-1.safetensors", "checkpoint-1000000000000.safetensors"), Child.files(path));
            folder.keepLast(1).write(checkpoint, 3);
            assertEquals(List.of(back), folder.files());
        }
    }

    /** A training would begin anew, and nobody would know why. */
    @Test
    void aFolderThatCannotBeReadIsNotAnEmptyOne() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), temporary.resolve("unmounted"));
        assertThrows(IOException.class, () -> CheckpointFolder.of(link).latest());
        Path file = Files.writeString(temporary.resolve("file"), "");
        assertThrows(IOException.class, () -> CheckpointFolder.of(file).latest());
        assertThrows(IOException.class, () -> CheckpointFolder.of(temporary.resolve("n".repeat(300))).latest());
    }

    /** Such a file is the user's: the same number would be there twice. */
    @Test
    void aNumberHasOneName() throws Exception {
        try (Model model = new Model(Model.Kind.SGD_MOMENTUM, StateType.FLOAT32, true)) {
            CheckpointFolder folder = CheckpointFolder.of(temporary).keepLast(1);
            Path file = folder.write(Checkpoint.of(model.optimizer), 7);
            Path other = Files.copy(file, temporary.resolve("checkpoint-0000000000007.safetensors"));
            assertEquals(List.of(file), folder.files());
            folder.write(Checkpoint.of(model.optimizer), 7);
            assertEquals(List.of(file), folder.files());
            assertEquals(true, Files.exists(other));
        }
    }

    @Test
    void foldersAreNoCheckpoints() throws Exception {
        Files.createDirectories(temporary.resolve("checkpoint-000000000005.safetensors/x"));
        Files.createDirectories(temporary.resolve(".checkpoint-000000000005.safetensors.0123456789abcdef.tmp/x"));
        try (Model model = new Model(Model.Kind.SGD_MOMENTUM, StateType.FLOAT32, true)) {
            Path file = CheckpointFolder.of(temporary).keepLast(1).write(Checkpoint.of(model.optimizer), 1);
            assertEquals(List.of(file), CheckpointFolder.of(temporary).files());
        }
    }

    @Test
    void aFailureDeletesNothing() throws Exception {
        CheckpointFolder folder = CheckpointFolder.of(temporary).keepLast(1);
        try (Model model = new Model(Model.Kind.SGD_MOMENTUM, StateType.FLOAT32, true)) {
            Path first = folder.write(Checkpoint.of(model.optimizer), 1);
            Checkpoint failing = Checkpoint.of(model.optimizer).progress((done, total) -> {
                throw new UncheckedIOException(new IOException("disk full"));
            });
            assertThrows(UncheckedIOException.class, () -> folder.write(failing, 2));
            assertEquals(List.of(first), folder.files());
            assertThrows(IllegalArgumentException.class, () -> folder.write(failing, -1));
            assertThrows(IllegalArgumentException.class, () -> folder.write(failing, Long.MAX_VALUE));
            assertThrows(IllegalArgumentException.class, () -> folder.keepLast(0));
        }
    }
}
