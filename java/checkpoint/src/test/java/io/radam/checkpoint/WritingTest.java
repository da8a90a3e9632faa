package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.radam.Adam;
import io.radam.InvalidParameterException;
import io.radam.Optimizer;
import io.radam.OptimizerStateException;
import io.radam.Parameter;
import io.radam.StateType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file is replaced as a whole, or stays as it was; nothing else is left in the folder. */
class WritingTest {
    @TempDir
    Path folder;

    /** Fails after every possible number of pieces. */
    @Test
    void aFailureAtAnyPlaceLeavesTheOldFile() throws Exception {
        Path file = folder.resolve("run.safetensors");
        try (Model model = new Model(Model.Kind.ADAM, StateType.BLOCK8, true).step(2)) {
            Checkpoint checkpoint = Checkpoint.of(model.optimizer).withParameters().pieceBytes(200);
            checkpoint.write(file);
            byte[] old = Files.readAllBytes(file);
            model.step(1);
            List<Long> places = new ArrayList<>();
            checkpoint.progress((done, total) -> places.add(done)).write(folder.resolve("other"));
            Files.delete(folder.resolve("other"));
            for (long place : places) {
                UncheckedIOException thrown = new UncheckedIOException(new IOException("disk full"));
                checkpoint.progress((done, total) -> {
                    if (done == place) {
                        throw thrown;
                    }
                });
                assertEquals(thrown, assertThrows(UncheckedIOException.class, () -> checkpoint.write(file)));
                assertEquals(List.of("run.safetensors"), Child.files(folder));
                assertArrayEquals(old, Files.readAllBytes(file));
            }
        }
    }

    @Test
    void aLinkStaysAndItsFileIsReplaced() throws Exception {
        Path file = Files.writeString(folder.resolve("run.safetensors"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("latest"), file.getFileName());
        try (Model model = new Model(Model.Kind.ADAM, StateType.FLOAT32, true).step(2)) {
            Checkpoint.write(link, model.optimizer);
            Checkpoint.of(model.optimizer).restore(file);
        }
        assertTrue(Files.isSymbolicLink(link));
    }

    /** A size of 0 makes up for any other. */
    @Test
    void anEmptyShape() throws Exception {
        Path file = folder.resolve("run.safetensors");
        Parameter empty = Parameter.builder(MemorySegment.ofArray(new float[0]), MemorySegment.ofArray(new float[0]))
                .name("w").build();
        try (Optimizer optimizer = Adam.builder().parameter(empty).build()) {
            Checkpoint checkpoint = Checkpoint.of(optimizer).shapes(Map.of("w", new long[] {Long.MAX_VALUE, 4, 0}));
            checkpoint.write(file);
            checkpoint.restore(file);
        }
    }

    /** Such as to a disk that is not there. */
    @Test
    void aLinkThatLeadsNowhereStays() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("run.safetensors"), Path.of("elsewhere", "run"));
        Path index = Files.createSymbolicLink(folder.resolve("run" + ShardIndex.END), Path.of("elsewhere", "index"));
        try (Model model = new Model(Model.Kind.ADAM, StateType.FLOAT32, true)) {
            for (Executable writing : List.<Executable>of(() -> Checkpoint.write(link, model.optimizer),
                    () -> ShardedCheckpoint.of(folder.resolve("run"), 0, 1)
                            .write(Checkpoint.of(model.optimizer), 1))) {
                String message = assertThrows(IOException.class, writing).getMessage();
                assertTrue(message.endsWith("is a link that leads nowhere"), message);
            }
        }
        assertEquals(List.of(link, index).stream().map(path -> path.getFileName().toString()).sorted().toList(),
                Child.files(folder));
        assertTrue(Files.isSymbolicLink(link));
    }

    @Test
    void aFileThatOthersMayNotReadStaysSo() throws Exception {
        Path file = Files.writeString(folder.resolve("run.safetensors"), "old");
        assumeTrue(Files.getFileStore(file).supportsFileAttributeView("posix"), "files have no permissions here");
        Set<PosixFilePermission> permissions = PosixFilePermissions.fromString("rw-r-----");
        Files.setPosixFilePermissions(file, permissions);
        try (Model model = new Model(Model.Kind.ADAM, StateType.FLOAT32, true)) {
            Checkpoint.write(file, model.optimizer);
        }
        assertEquals(permissions, Files.getPosixFilePermissions(file));
    }

    /** It could be a device. */
    @Test
    void whatIsNoFileStays() throws Exception {
        Path other = Files.createDirectory(folder.resolve("run.safetensors"));
        try (Model model = new Model(Model.Kind.ADAM, StateType.FLOAT32, true)) {
            for (Path path : List.of(other, Path.of("/"), Path.of(""))) {
                assertThrows(IOException.class, () -> Checkpoint.write(path, model.optimizer), path::toString);
            }
        }
        assertThrows(IOException.class, () -> Checkpoint.read(other));
        assertEquals(List.of("run.safetensors"), Child.files(folder));
    }

    @Test
    void anOptimizerThatIsClosedMeanwhile() throws Exception {
        Path file = Files.writeString(folder.resolve("run.safetensors"), "old");
        try (Model model = new Model(Model.Kind.ADAM, StateType.FLOAT32, true).step(2)) {
            Checkpoint checkpoint = Checkpoint.of(model.optimizer).pieceBytes(200)
                    .progress((done, total) -> model.optimizer.close());
            assertThrows(OptimizerStateException.class, () -> checkpoint.write(file));
        }
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("run.safetensors"), Child.files(folder));
    }

    /** The system allows no file of that size, which fails as a full disk does. */
    @Test
    void theSystemRefusesMoreBytes() throws Exception {
        Path shell = Path.of("/bin/bash");
        assumeTrue(Files.isExecutable(shell), "there is no bash to limit the size of files");
        Path file = Files.writeString(folder.resolve("run.safetensors"), "old");
        Path log = folder.resolve("log");
        Process child = Child.start(log, List.of(shell.toString(), "-c", "ulimit -f 1024 && exec \"$0\" \"$@\""),
                "-XX:-UsePerfData", "-Dradam.target=java", LargeWriter.class.getName(), file.toString());
        assertTrue(child.waitFor(10, TimeUnit.MINUTES), "it does not end");
        String output = Files.readString(log);
        assertTrue(output.contains("refused: ") && output.contains(file + ": "), output);
        assertEquals(List.of("log", "run.safetensors"), Child.files(folder));
        assertEquals("old", Files.readString(file));
    }

    @Test
    void aProgramThatIsKilledLeavesAWholeFile() throws Exception {
        for (int round = 0; round < 4; round++) {
            Path file = folder.resolve("run" + round + ".safetensors");
            Path log = folder.resolve("log");
            Process child = Child.start(log, List.of(), EndlessWriter.class.getName(), file.toString());
            try {
                for (int i = 0; i < 6000 && !Files.exists(file) && child.isAlive(); i++) {
                    Thread.sleep(10);
                }
                Thread.sleep(37 * round);
            } finally {
                child.destroyForcibly().waitFor();
            }
            assertTrue(Files.exists(file), () -> {
                try {
                    return Files.readString(log);
                } catch (IOException e) {
                    return e.toString();
                }
            });
            try (Model model = new Model(Model.Kind.ADAM, StateType.FLOAT32, true);
                    Model uninterrupted = new Model(Model.Kind.ADAM, StateType.FLOAT32, true)) {
                Map<String, String> strings =
                        Checkpoint.of(model.optimizer).withParameters().withAverages().restore(file);
                int step = Integer.parseInt(strings.get("step"));
                // Which the file does not have, as long as there was no step.
                uninterrupted.optimizer.writeCopies();
                assertEquals(uninterrupted.step(step).contents(), model.contents(), "step " + step);
            }
        }
    }

    @Test
    void aStepMeanwhileIsNoticed() throws Exception {
        Path file = folder.resolve("run.safetensors");
        try (Model model = new Model(Model.Kind.LION, StateType.FLOAT32, true)) {
            Checkpoint checkpoint = Checkpoint.of(model.optimizer).progress((done, total) -> model.step(1));
            assertThrows(OptimizerStateException.class, () -> checkpoint.write(file));
            assertEquals(List.of(), Child.files(folder));
        }
    }

    /** A change that leaves the step numbers as they were. */
    enum Change {
        STEP_COUNT {
            @Override
            void make(Model model) {
                Parameter parameter = model.parameters.getLast();
                long step = model.optimizer.stepCount(parameter);
                model.optimizer.setStepCount(parameter, step + 1);
                model.optimizer.setStepCount(parameter, step);
            }
        },
        STEP_AND_BACK {
            @Override
            void make(Model model) {
                long[] steps = model.parameters.stream().mapToLong(model.optimizer::stepCount).toArray();
                model.step(1);
                for (int i = 0; i < steps.length; i++) {
                    model.optimizer.setStepCount(model.parameters.get(i), steps[i]);
                }
            }
        },
        RESTORED_STATE {
            @Override
            void make(Model model) {
                Parameter parameter = model.parameters.getLast();
                model.optimizer.restore(parameter, model.optimizer.state(parameter));
            }
        },
        RESTORED_SNAPSHOT {
            @Override
            void make(Model model) {
                model.optimizer.restore(model.optimizer.snapshot());
            }
        },
        ADDED {
            @Override
            void make(Model model) {
                model.optimizer.add(model.optimizer.groups().getFirst(), Parameter.builder(
                        MemorySegment.ofArray(new float[1])).name("new" + System.nanoTime()).build());
            }
        };

        abstract void make(Model model);
    }

    @ParameterizedTest
    @EnumSource
    void aChangeMeanwhileIsNoticed(Change change) throws Exception {
        Path file = folder.resolve("run.safetensors");
        try (Model model = new Model(Model.Kind.LION, StateType.FLOAT32, true).step(2)) {
            Checkpoint.write(file, model.optimizer);
            byte[] old = Files.readAllBytes(file);
            Checkpoint checkpoint = Checkpoint.of(model.optimizer).progress((done, total) -> change.make(model));
            assertThrows(OptimizerStateException.class, () -> checkpoint.write(file));
            assertArrayEquals(old, Files.readAllBytes(file));
            assertEquals(List.of("run.safetensors"), Child.files(folder));
        }
    }

    /** The unfinished file has a longer name, which has to be shortened. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "ä", "\ud83d\ude00"})
    void theLongestNames(String letter) throws Exception {
        int bytes = letter.getBytes(StandardCharsets.UTF_8).length;
        assumeTrue(bytes == 1 || Charset.forName(System.getProperty("sun.jnu.encoding")) == StandardCharsets.UTF_8,
                "files have no such names here");
        try (Model model = new Model(Model.Kind.LION, StateType.FLOAT32, true)) {
            for (int length = 225; length <= 255; length++) {
                String name = "a".repeat(length % bytes) + letter.repeat(length / bytes);
                Path file = folder.resolve(name);
                Checkpoint.write(file, model.optimizer);
                Checkpoint.write(file, model.optimizer);
                assertEquals(List.of(name), Child.files(folder));
                Files.delete(file);
            }
            assertThrows(IOException.class, () -> Checkpoint.write(folder.resolve("a".repeat(256)), model.optimizer));
        }
    }

    /** Each within what a string may have, in a heap that has no room for what the header would become. */
    @Test
    void textsThatAreTooLong() throws Exception {
        try (Model model = new Model(Model.Kind.LION, StateType.FLOAT32, true)) {
            String long1 = "a".repeat(Header.LARGEST + 1);
            assertThrows(IllegalArgumentException.class, () -> Checkpoint.of(model.optimizer).put("a", long1));
            assertThrows(IllegalArgumentException.class, () -> Checkpoint.of(model.optimizer).put(long1, "a"));
        }
        Path log = folder.resolve("log");
        Process child = Child.start(log, List.of(), "-Xmx600m", LongTextWriter.class.getName(),
                folder.resolve("run.safetensors").toString());
        assertTrue(child.waitFor(10, TimeUnit.MINUTES), "it does not end");
        String output = Files.readString(log);
        assertTrue(output.contains("refused: java.lang.IllegalArgumentException"), output);
        assertEquals(List.of("log"), Child.files(folder));
    }

    @Test
    void whatCannotBeWritten() throws Exception {
        Path full = Files.createDirectories(folder.resolve("full"));
        Files.writeString(full.resolve("file"), "");
        float[] values = {1};
        Model closed = new Model(Model.Kind.ADAM, StateType.FLOAT32, true);
        closed.close();
        try (Optimizer optimizer = Adam.builder().parameter(Parameter.of(values, new float[1])).build()) {
            assertThrows(IOException.class, () -> Checkpoint.write(full, optimizer));
            assertThrows(IOException.class, () -> Checkpoint.write(folder.resolve("none/file"), optimizer));
            assertThrows(IOException.class, () -> Checkpoint.write(Path.of("/"), optimizer));
            assertThrows(OptimizerStateException.class,
                    () -> Checkpoint.write(folder.resolve("file"), closed.optimizer));
        }
        assertEquals(List.of("full"), Child.files(folder));
    }

    @Test
    void memoryOfAnotherThread() throws Exception {
        Path file = folder.resolve("run.safetensors");
        try (Arena confined = Arena.ofConfined();
                Optimizer optimizer = Adam.builder().parameter(Parameter.of(confined.allocate(4, 4),
                        confined.allocate(4, 4))).build()) {
            Checkpoint checkpoint = Checkpoint.of(optimizer).withParameters();
            checkpoint.write(file);
            byte[] old = Files.readAllBytes(file);
            List<Throwable> thrown = new ArrayList<>();
            Thread other = new Thread(() -> {
                thrown.add(assertThrows(InvalidParameterException.class, () -> checkpoint.write(file)));
                thrown.add(assertThrows(InvalidParameterException.class, () -> checkpoint.restore(file)));
            });
            other.start();
            other.join();
            assertEquals(2, thrown.size());
            assertArrayEquals(old, Files.readAllBytes(file));
        }
    }

    /** In the file, names are made of parts. */
    @Test
    void namesThatWouldBeEqual() throws Exception {
        Path file = folder.resolve("run.safetensors");
        Parameter unnamed = Parameter.of(new float[1], new float[1]);
        Parameter named = Parameter.builder(MemorySegment.ofArray(new float[1])).name("0.0").build();
        Parameter half = Parameter.builder(MemorySegment.ofArray(new float[1])).name("\ud800").build();
        try (Optimizer twice = Adam.builder().parameter(unnamed).parameter(named).build();
                Optimizer noText = Adam.builder().parameter(half).build();
                Optimizer noGroupText = Adam.builder().parametersLater().build()) {
            InvalidParameterException e =
                    assertThrows(InvalidParameterException.class, () -> Checkpoint.write(file, twice));
            assertTrue(e.getMessage().contains("0.0"), e.getMessage());
            assertThrows(InvalidParameterException.class, () -> Checkpoint.write(file, noText));
            noGroupText.addGroup(group -> group.name("\udc00"));
            assertThrows(InvalidParameterException.class, () -> Checkpoint.write(file, noGroupText));
            assertThrows(IllegalArgumentException.class, () -> Checkpoint.of(twice).put("a", "\ud800"));
            assertThrows(IllegalArgumentException.class, () -> Checkpoint.of(twice).put("\ud800", "a"));
        }
        assertEquals(List.of(), Child.files(folder));
    }

    @Test
    void shapesThatDoNotFit() throws Exception {
        Path file = folder.resolve("run.safetensors");
        Parameter parameter = Parameter.builder(MemorySegment.ofArray(new float[6])).name("w").build();
        try (Optimizer optimizer = Adam.builder().parameter(parameter).build()) {
            for (long[] shape : new long[][] {{}, {5}, {2, 2}, {-2, -3}, {6, 0}, {1L << 62, 4, 6}, new long[65]}) {
                Checkpoint checkpoint = Checkpoint.of(optimizer).shapes(Map.of("w", shape));
                assertThrows(InvalidParameterException.class, () -> checkpoint.write(file));
            }
            assertThrows(InvalidParameterException.class,
                    () -> Checkpoint.of(optimizer).shapes(Map.of("v", new long[] {6})).write(file));
        }
        assertEquals(List.of(), Child.files(folder));
    }

    /** Who may read it is up to the user's settings, as for every new file. */
    @Test
    void permissionsAreThoseOfOtherFiles() throws Exception {
        Path other = Files.writeString(folder.resolve("other"), "");
        Path file = folder.resolve("run.safetensors");
        assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"), "the system has no permissions");
        try (Model model = new Model(Model.Kind.ADAM, StateType.FLOAT32, true)) {
            Checkpoint.write(file, model.optimizer);
        }
        assertEquals(Files.getPosixFilePermissions(other), Files.getPosixFilePermissions(file));
    }

    /** An optimizer whose parameters come later. */
    @Test
    void noParameters() throws Exception {
        Path file = folder.resolve("run.safetensors");
        try (Optimizer optimizer = Adam.builder().parametersLater().build()) {
            Checkpoint.of(optimizer).withParameters().put("", "").write(file);
            assertEquals(Map.of("", ""), Checkpoint.of(optimizer).withParameters().restore(file));
        }
    }
}
