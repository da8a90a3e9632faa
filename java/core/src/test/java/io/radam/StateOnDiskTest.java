package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** State in files, which steps go through in windows: the same bits, no more memory than was asked for, and no rest. */
@EnabledOnOs(OS.LINUX)
class StateOnDiskTest {
    private static final long RESIDENT = 3 << 20;
    /** Of float32 state with two buffers, three times what may be resident. */
    private static final int LARGE = 1_200_003;

    @TempDir(factory = BesideClasses.class)
    Path folder;

    /** Not in /tmp, which may be memory. */
    static final class BesideClasses implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
            return Files.createTempDirectory(Path.of("target").toAbsolutePath(), "state");
        }
    }

    /** Values and gradients of an optimizer whose state is more than a window, with pieces smaller than a page. */
    private static final class Model {
        final List<float[]> values = new ArrayList<>();
        final List<float[]> gradients = new ArrayList<>();
        final List<Parameter> parameters = new ArrayList<>();

        Model(int... lengths) {
            for (int length : lengths) {
                values.add(Numbers.random(3 + length, length));
                gradients.add(Numbers.random(5 + length, length));
                parameters.add(Parameter.of(values.getLast(), gradients.getLast()));
            }
        }

        void assertSame(Model other) {
            for (int i = 0; i < values.size(); i++) {
                assertEquals(-1, Arrays.mismatch(values.get(i), other.values.get(i)), "parameter " + i);
            }
        }
    }

    private static Model model() {
        return new Model(1, 0, 700, LARGE, 257, 255, 300_000, 3);
    }

    private Optimizer onDisk(OptimizerBuilder<?, ?> builder, Model model) {
        return builder.stateOnDisk(folder, RESIDENT).parameters(model.parameters).build();
    }

    /** Adam with each type of state, and all others with one each. */
    private static Stream<Arguments> statesOfAlgorithms() {
        StateType[] types = StateType.values();
        return Stream.of(Algorithm.values()).flatMap(algorithm -> algorithm == Algorithm.ADAM
                ? Stream.of(types).map(type -> Arguments.of(algorithm, type))
                : Stream.of(Arguments.of(algorithm, types[algorithm.kind().ordinal() % types.length])));
    }

    @ParameterizedTest
    @MethodSource("statesOfAlgorithms")
    void sameBits(Algorithm algorithm, StateType type) {
        Model memory = model();
        Model disk = model();
        try (Optimizer expected = Optimizer.builder(algorithm.defaults()).stateType(type)
                        .parameters(memory.parameters).build();
                Optimizer actual = onDisk(Optimizer.builder(algorithm.defaults()).stateType(type), disk)) {
            for (int step = 0; step < 3; step++) {
                expected.step();
                actual.step();
            }
            memory.assertSame(disk);
            assertSameState(expected, memory, actual, disk);
        }
    }

    private static void assertSameState(Optimizer expected, Model memory, Optimizer actual, Model disk) {
        for (int i = 0; i < memory.parameters.size(); i++) {
            ParameterState other = actual.state(disk.parameters.get(i));
            expected.state(memory.parameters.get(i)).buffers().forEach((name, buffer) -> {
                assertEquals(-1, buffer.elements().mismatch(other.buffers().get(name).elements()), name);
                if (buffer.scales() != null) {
                    assertEquals(-1, buffer.scales().mismatch(other.buffers().get(name).scales()), name);
                }
            });
        }
    }

    @Test
    void threadsAndThePartsOfAModelGiveTheSameBits() {
        Model memory = model();
        Model disk = model();
        try (ForkJoinPool pool = new ForkJoinPool(3);
                Optimizer expected = AdamW.builder().parameters(memory.parameters).build();
                Optimizer actual = onDisk(AdamW.builder().pool(pool), disk)) {
            for (int step = 0; step < 4; step++) {
                List<Integer> some = step % 2 == 0 ? List.of(3, 5, 6) : List.of(0, 2, 3, 4, 7);
                expected.step(some.stream().map(memory.parameters::get).toList(), StepOptions.NONE);
                actual.step(some.stream().map(disk.parameters::get).toList(), StepOptions.NONE);
            }
            memory.assertSame(disk);
        }
    }

    /** Also with slow weights, which only some steps read: here step 5, after those that are asked. */
    @ParameterizedTest
    @ValueSource(longs = {0, 5})
    void noMoreStateIsInMemoryThanWasAskedFor(long lookaheadSteps) throws IOException {
        Model model = model();
        Hyperparameters h = Algorithm.ADAM.defaults().toBuilder()
                .set(Hyperparameters.LOOKAHEAD_STEPS, lookaheadSteps).build();
        try (Optimizer optimizer = onDisk(Optimizer.builder(h), model)) {
            assertTrue(mapped() > 3 * RESIDENT, "not enough state to say anything: " + mapped());
            for (int step = 0; step < 3; step++) {
                optimizer.step();
                assertTrue(resident() <= RESIDENT, "resident: " + resident());
            }
            // What was read between steps is let go of by the next.
            optimizer.snapshot();
            assertTrue(resident() > RESIDENT, "a snapshot has read too little: " + resident());
            optimizer.step();
            assertTrue(resident() <= RESIDENT, "resident after a snapshot: " + resident());
        }
        assertEquals(0, mapped());
    }

    @Test
    void slowWeightsThatBeginBetweenStepsAreLetGoOf() throws IOException {
        Model model = model();
        try (Optimizer optimizer = onDisk(SGD.builder().lookahead(5, 0.5), model)) {
            for (Parameter parameter : model.parameters) {
                optimizer.setStepCount(parameter, 1);
            }
            assertTrue(resident() > RESIDENT, "not enough slow weights to say anything: " + resident());
            optimizer.step();
            assertTrue(resident() <= RESIDENT, "resident: " + resident());
        }
    }

    @Test
    void stepsOfSingleParametersKeepToIt() throws IOException {
        int[] lengths = new int[12];
        Arrays.fill(lengths, 300_000);
        Model model = new Model(lengths);
        try (Optimizer optimizer = onDisk(RAdam.builder(), model)) {
            for (Parameter parameter : model.parameters) {
                optimizer.step(parameter);
                assertTrue(resident() <= RESIDENT, "resident: " + resident());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void stateOfManyShortParametersKeepsToIt(boolean backwards) throws IOException {
        int[] lengths = new int[20_000];
        Arrays.fill(lengths, 300);
        Model model = new Model(lengths);
        List<Parameter> order = backwards ? model.parameters.reversed() : model.parameters;
        try (Optimizer optimizer = onDisk(Adam.builder().stateType(StateType.BLOCK8), model)) {
            for (int step = 0; step < 2; step++) {
                optimizer.step(order, StepOptions.NONE);
                // The scales alone are 0.3 MB in pages of their own, of which each parameter has 16 bytes.
                assertTrue(resident() <= RESIDENT, "resident: " + resident());
            }
        }
    }

    @Test
    void whatMayStayInMemoryStays() throws IOException {
        Model model = model();
        long resident = 10 << 20;
        try (Optimizer optimizer = RAdam.builder().stateOnDisk(folder, resident).parameters(model.parameters).build()) {
            assertTrue(mapped() > resident);
            optimizer.step();
            optimizer.step();
            assertTrue(resident() <= resident, "resident: " + resident());
            assertTrue(resident() > resident / 4, "resident: " + resident());
        }
    }

    @Test
    void aDiskThatDoesNotWriteIsToldOnceAndForAll() throws Throwable {
        Model model = model();
        try (Optimizer optimizer = onDisk(RAdam.builder(), model)) {
            optimizer.step();
            breakFiles();
            BackendException failed = assertThrows(BackendException.class, optimizer::step);
            assertTrue(failed.getMessage().contains(folder.toString()), failed.getMessage());
            OptimizerStateException lost = assertThrows(OptimizerStateException.class, optimizer::step);
            assertSame(failed, lost.getCause());
            assertThrows(OptimizerStateException.class, optimizer::snapshot);
            assertThrows(OptimizerStateException.class, () -> optimizer.state(model.parameters.getFirst()));
        }
        assertEquals(0, mapped());
    }

    /** Puts standard input in place of the files' descriptors, which the system refuses to write as a file. */
    private static void breakFiles() throws Throwable {
        MethodHandle dup2 = Linker.nativeLinker().downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("dup2"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.filter(StateOnDiskTest::isOurs).toList()) {
                int number = Integer.parseInt(descriptor.getFileName().toString());
                assertEquals(number, (int) dup2.invokeExact(0, number));
            }
        }
    }

    @Test
    void stateThatFitsStaysInMemory() throws IOException {
        Model model = new Model(300_000);
        try (Optimizer optimizer = onDisk(RAdam.builder(), model)) {
            optimizer.step();
            assertTrue(resident() >= 2 * 4 * 300_000, "resident: " + resident());
        }
    }

    @Test
    void aSnapshotOfEitherIsForEither() {
        Model memory = model();
        Model disk = model();
        Model again = model();
        try (Optimizer expected = AdamW.builder().parameters(memory.parameters).build();
                Optimizer before = onDisk(AdamW.builder(), disk)) {
            expected.step();
            before.step();
            expected.step();
            for (int i = 0; i < again.values.size(); i++) {
                System.arraycopy(disk.values.get(i), 0, again.values.get(i), 0, disk.values.get(i).length);
            }
            try (Optimizer after = onDisk(AdamW.builder(), again)) {
                after.restore(before.snapshot());
                after.step();
                memory.assertSame(again);
            }
            before.restore(expected.snapshot());
            assertSameState(expected, memory, before, disk);
        }
    }

    @Test
    void parametersThatComeLaterHaveAFileOfTheirOwn() throws IOException {
        Model first = model();
        Model second = new Model(LARGE);
        try (Optimizer optimizer = onDisk(AdamW.builder(), first)) {
            long before = mapped();
            optimizer.add(optimizer.groups().getFirst(), second.parameters.getFirst());
            assertTrue(mapped() > before + 8L * LARGE);
            optimizer.step();
            optimizer.remove(second.parameters.getFirst());
            assertEquals(before, mapped());
            optimizer.step();
        }
    }

    @Test
    void nothingIsLeftInTheFolder() throws IOException {
        long open = openFiles();
        try (Optimizer optimizer = onDisk(AdamW.builder(), model())) {
            optimizer.step();
            assertEquals(List.of(), inFolder());
            assertTrue(openFiles() > open);
        }
        assertEquals(List.of(), inFolder());
        assertEquals(open, openFiles());
    }

    @Test
    void foldersThatCannotBeUsed() throws IOException {
        Path missing = folder.resolve("missing");
        Path file = Files.createFile(folder.resolve("file"));
        for (Path wrong : List.of(missing, file)) {
            BackendException e = assertThrows(BackendException.class,
                    () -> AdamW.builder().stateOnDisk(wrong, RESIDENT).parameters(model().parameters).build());
            assertTrue(e.getMessage().contains(wrong.toString()), e.getMessage());
        }
        Path memory = Path.of("/dev/shm");
        if (Files.isDirectory(memory) && Files.getFileStore(memory).type().equals("tmpfs")) {
            BackendException e = assertThrows(BackendException.class,
                    () -> AdamW.builder().stateOnDisk(memory, RESIDENT).parameters(model().parameters).build());
            assertTrue(e.getMessage().contains("tmpfs"), e.getMessage());
        }
    }

    @Test
    void tooLittleMemoryIsRefused() {
        for (long resident : new long[] {(1 << 20) - 1, 0, -1, Long.MIN_VALUE}) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                    () -> AdamW.builder().stateOnDisk(folder, resident));
            assertTrue(e.getMessage().contains(" " + resident), e.getMessage());
        }
        assertThrows(NullPointerException.class, () -> AdamW.builder().stateOnDisk(null, RESIDENT));
    }

    /** The bytes of mapped files for state that are in this process's memory. */
    private static long resident() throws IOException {
        return mappings("Rss:");
    }

    private static long mapped() throws IOException {
        return mappings("Size:");
    }

    private static long mappings(String field) throws IOException {
        long kilobytes = 0;
        boolean ours = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (Character.isLowerCase(line.charAt(0)) || Character.isDigit(line.charAt(0))) {
                ours = line.contains("radam-state-");
            } else if (ours && line.startsWith(field)) {
                kilobytes += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return kilobytes << 10;
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(StateOnDiskTest::isOurs).count();
        }
    }

    private static boolean isOurs(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains("radam-state-");
        } catch (IOException e) {
            return false; // closed by now
        }
    }

    private List<Path> inFolder() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
