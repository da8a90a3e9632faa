package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.radam.StateType;
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

    @Test
    void aFailureDeletesNothing() throws Exception {
        CheckpointFolder folder = CheckpointFolder.of(temporary).keepLast(1);
        try (Model model = new Model(Model.Kind.SGD_MOMENTUM, StateType.FLOAT32, true)) {
            Path first = folder.write(Checkpoint.of(model.optimizer), 1);
            Checkpoint failing = Checkpoint.of(model.optimizer).progress((done, total) -> {
                throw new UncheckedIOException(new java.io.IOException("disk full"));
            });
            assertThrows(UncheckedIOException.class, () -> folder.write(failing, 2));
            assertEquals(List.of(first), folder.files());
            assertThrows(IllegalArgumentException.class, () -> folder.write(failing, -1));
            assertThrows(IllegalArgumentException.class, () -> folder.write(failing, Long.MAX_VALUE));
            assertThrows(IllegalArgumentException.class, () -> folder.keepLast(0));
        }
    }
}
