package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Memory that cannot be stepped is refused before anything is changed. */
class MemoryMisuseTest {
    private static void refused(Executable call, Object... parts) {
        Misuse.refused(InvalidParameterException.class, call, parts);
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    @Test
    void sizesThatDiffer() {
        Arena arena = Arena.ofAuto();
        refused(() -> Parameter.of(arena.allocate(16), arena.allocate(20)), 16, 20);
        refused(() -> Parameter.of(new float[4], new float[5]), 16, 20);
        refused(() -> Parameter.of(new float[4], new float[0]), 16, 0);
        refused(() -> Parameter.of(FloatBuffer.allocate(4), FloatBuffer.allocate(4).position(1)), 16, 12);
        refused(() -> Parameter.of(direct(16), direct(20).limit(12)), 16, 12);
    }

    @Test
    void sizesThatAreNoWholeElements() {
        Arena arena = Arena.ofAuto();
        refused(() -> Parameter.of(arena.allocate(18), arena.allocate(18)), "values", 18);
        refused(() -> Parameter.of(arena.allocate(16), arena.allocate(17)), "gradient", 17);
    }

    @Test
    void readOnlyValues() {
        Arena arena = Arena.ofAuto();
        MemorySegment values = arena.allocate(16);
        refused(() -> Parameter.of(values.asReadOnly(), arena.allocate(16)),
                "values", "read-only", values.asReadOnly());
        refused(() -> Parameter.of(MemorySegment.ofArray(new float[4]).asReadOnly(), arena.allocate(16)), "read-only");
        refused(() -> Parameter.of(FloatBuffer.allocate(4).asReadOnlyBuffer(), FloatBuffer.allocate(4)), "read-only");
        refused(() -> Parameter.of(direct(16).asReadOnlyBuffer().order(ByteOrder.nativeOrder()), direct(16)),
                "read-only");
    }

    @Test
    void readOnlyGradientToBeZeroed() {
        MemorySegment gradient = MemorySegment.ofArray(Numbers.random(1, 4)).asReadOnly();
        Parameter first = Parameter.of(new float[4], Numbers.random(2, 4));
        Parameter second = Parameter.of(MemorySegment.ofArray(new float[4]), gradient);
        try (Optimizer optimizer = RAdam.builder().parameter(first).parameter(second).build()) {
            Snapshot before = Snapshot.of(optimizer);
            refused(optimizer::zeroGradients, "gradient", "read-only", gradient);
            before.assertSame(Snapshot.of(optimizer));
            optimizer.step();
        }
    }

    @Test
    void misaligned() {
        MemorySegment segment = Arena.ofAuto().allocate(64, 64);
        refused(() -> Parameter.of(segment.asSlice(2, 16), segment.asSlice(32, 16)), "values", "misaligned", 4, 2);
        refused(() -> Parameter.of(segment.asSlice(0, 16), segment.asSlice(33, 16)), "gradient", "misaligned", 4, 1);
        refused(() -> Parameter.of(direct(20).position(1).limit(17), direct(16)), "values", "misaligned", 4, 1);
        // The Java platform promises no alignment for what is inside a byte[].
        refused(() -> Parameter.of(MemorySegment.ofArray(new byte[16]), segment.asSlice(0, 16)), "values", 4, 1);
    }

    @Test
    void foreignByteOrder() {
        ByteOrder foreign = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                ? ByteOrder.BIG_ENDIAN
                : ByteOrder.LITTLE_ENDIAN;
        ByteBuffer buffer = ByteBuffer.allocateDirect(16).order(foreign);
        refused(() -> Parameter.of(buffer, direct(16)), "values", ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
        refused(() -> Parameter.of(direct(16).asFloatBuffer(), buffer.asFloatBuffer()), "gradient",
                ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
    }

    @Test
    void valuesThatOverlapTheirGradient() {
        MemorySegment segment = Arena.ofAuto().allocate(64, 4);
        MemorySegment values = segment.asSlice(0, 32);
        MemorySegment gradient = segment.asSlice(28, 32);
        refused(() -> Parameter.of(values, gradient), "overlap", values, gradient);
        float[] array = new float[8];
        refused(() -> Parameter.of(array, array), "overlap");
        refused(() -> Parameter.of(FloatBuffer.wrap(array, 0, 4), FloatBuffer.wrap(array, 3, 4)), "overlap");
    }

    @Test
    void valuesThatOverlapOtherParameters() {
        for (MemorySegment segment : List.of(Arena.ofAuto().allocate(256, 4), MemorySegment.ofArray(new float[64]))) {
            MemorySegment a = segment.asSlice(0, 32);
            MemorySegment gradientOfA = segment.asSlice(32, 32);
            MemorySegment other = segment.asSlice(64, 32);
            Parameter parameter = Parameter.of(a, gradientOfA);

            Parameter sameValues = Parameter.of(segment.asSlice(28, 4), segment.asSlice(128, 4));
            refusedTogether(parameter, sameValues, sameValues.values(), a);

            Parameter valuesInGradient = Parameter.of(segment.asSlice(60, 32), segment.asSlice(128, 32));
            refusedTogether(parameter, valuesInGradient, valuesInGradient.values(), gradientOfA);

            Parameter gradientInValues = Parameter.of(other, segment.asSlice(4, 32).asReadOnly());
            refusedTogether(Parameter.of(a, segment.asSlice(128, 32)), gradientInValues,
                    gradientInValues.gradient(), a);
        }
    }

    /** Overlapping parameters in either order, together with a parameter that is right. */
    private static void refusedTogether(Parameter a, Parameter b, MemorySegment... culprits) {
        Parameter bystander = Parameter.of(new float[2], new float[2]);
        List<Parameter> parameters = List.of(a, b, bystander);
        Snapshot before = Snapshot.of(parameters);
        refused(RAdam.builder().parameters(parameters)::build, (Object[]) culprits);
        refused(RAdam.builder().parameters(parameters.reversed())::build, (Object[]) culprits);
        refused(RAdam.builder().parameter(b).group(group -> group.parameter(bystander).parameter(a))::build,
                (Object[]) culprits);
        before.assertSame(Snapshot.of(parameters));
    }

    @Test
    void aParameterTwice() {
        Parameter parameter = Parameter.of(new float[2], new float[2]);
        refused(RAdam.builder().parameter(parameter).parameter(parameter)::build, "twice");
        Parameter empty = Parameter.of(new float[0], new float[0]);
        refused(RAdam.builder().parameter(empty).group(group -> group.parameter(empty))::build, "twice", empty);
    }

    @Test
    void noParameters() {
        refused(RAdam.builder()::build, "no parameters");
        refused(RAdam.builder().group(group -> { })::build, "no parameters");
    }

    @Test
    void closedValues() {
        Arena arena = Arena.ofConfined();
        MemorySegment values = arena.allocate(32, 4);
        closed(arena, Parameter.of(values, Arena.ofAuto().allocate(32, 4)), "values", values);
    }

    @Test
    void closedGradient() {
        Arena arena = Arena.ofShared();
        MemorySegment gradient = arena.allocate(32, 4);
        closed(arena, Parameter.of(Arena.ofAuto().allocate(32, 4), gradient), "gradient", gradient);
    }

    @Test
    void closedBehindABuffer() {
        Arena arena = Arena.ofShared();
        FloatBuffer values = arena.allocate(32, 4).asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
        closed(arena, Parameter.of(values, FloatBuffer.allocate(8)), "values", "closed");
    }

    /** The closed parameter is the second one. When it is found, the first must not have been stepped. */
    private static void closed(Arena arena, Parameter parameter, Object... parts) {
        Parameter other = Parameter.of(Numbers.random(1, 8), Numbers.random(2, 8));
        try (Optimizer optimizer = RAdam.builder(RAdam.Preset.PYTORCH)
                .parameter(other).group(group -> group.parameter(parameter)).build()) {
            optimizer.step();
            Snapshot memory = Snapshot.of(List.of(other));
            Snapshot state = Snapshot.ofState(optimizer);
            arena.close();

            refused(optimizer::step, parts);
            refused(() -> optimizer.step(parameter), parts);
            refused(() -> optimizer.step(optimizer.groups().getLast()), parts);
            refused(optimizer::zeroGradients, parts);
            memory.assertSame(Snapshot.of(List.of(other)));
            state.assertSame(Snapshot.ofState(optimizer));

            optimizer.step(other);
            assertEquals(2, optimizer.state(other).step());
        }
    }

    @Test
    void valuesOfAnotherThread() throws Exception {
        foreignThread(segment -> Parameter.of(segment, Arena.ofAuto().allocate(32, 4)), "values");
    }

    @Test
    void gradientOfAnotherThread() throws Exception {
        foreignThread(segment -> Parameter.of(Arena.ofAuto().allocate(32, 4), segment), "gradient");
    }

    private static void foreignThread(Function<MemorySegment, Parameter> with, String what)
            throws Exception {
        try (ExecutorService owner = Executors.newSingleThreadExecutor()) {
            Arena arena = call(owner, Arena::ofConfined);
            MemorySegment segment = call(owner, () -> arena.allocate(32, 4));
            Parameter other = Parameter.of(Numbers.random(1, 8), Numbers.random(2, 8));
            Parameter confined = with.apply(segment);
            try (Optimizer optimizer = RAdam.builder().parameter(other).parameter(confined).build()) {
                Snapshot before = call(owner, () -> Snapshot.of(optimizer));

                refused(optimizer::step, what, segment, Thread.currentThread());
                refused(optimizer::zeroGradients, what, segment, Thread.currentThread());
                before.assertSame(call(owner, () -> Snapshot.of(optimizer)));

                run(owner, optimizer::step);
                assertEquals(1, optimizer.state(confined).step());
            } finally {
                run(owner, arena::close);
            }
        }
    }

    private static <T> T call(ExecutorService thread, Callable<T> task) throws Exception {
        return thread.submit(task).get();
    }

    private static void run(ExecutorService thread, Runnable task) throws Exception {
        thread.submit(task).get();
    }

    @Test
    void aParameterOfAnotherOptimizer() {
        Parameter stranger = Parameter.of(new float[3], new float[3]);
        Consumer<Consumer<Training>> harmless = call ->
                Misuse.harmless(InvalidParameterException.class, call, "not this optimizer's", stranger);
        harmless.accept(training -> training.optimizer.step(stranger));
        harmless.accept(training -> training.optimizer.state(stranger));
        harmless.accept(training -> training.optimizer.coefficients(stranger));
    }

    @Test
    void aGroupOfAnotherOptimizer() {
        try (Training other = Training.begun()) {
            ParameterGroup stranger = other.optimizer.groups().getFirst();
            Misuse.harmless(InvalidParameterException.class, training -> training.optimizer.step(stranger),
                    "not this optimizer's");
        }
    }

    @Test
    void stateThatDoesNotFit() {
        MemorySegment right = MemorySegment.ofArray(new float[37]);
        MemorySegment wrong = MemorySegment.ofArray(new float[36]);
        stateRefused(0, AdamState.of(-1, right, right, null), "step", -1);
        stateRefused(0, AdamState.of(Long.MAX_VALUE, right, right, null), "step", Long.MAX_VALUE);
        stateRefused(0, AdamState.of(1, wrong, right, null), "exp_avg", 144, 148);
        stateRefused(0, AdamState.of(1, right, wrong, null), "exp_avg_sq", 144, 148);
        stateRefused(0, AdamState.of(1, right, right, right), "max_exp_avg_sq", "exp_avg_sq");
        stateRefused(2, AdamState.of(1, right, right, null), "max_exp_avg_sq", "exp_avg_sq");
        stateRefused(2, AdamState.of(1, right, right, wrong), "max_exp_avg_sq", 144, 148);
    }

    @Test
    void stateThatIsClosed() {
        MemorySegment right = MemorySegment.ofArray(new float[37]);
        Arena arena = Arena.ofShared();
        MemorySegment closed = arena.allocate(148, 4);
        arena.close();
        stateRefused(0, AdamState.of(1, right, closed, null), "exp_avg_sq", "closed");
        stateRefused(2, AdamState.of(1, right, right, closed), "max_exp_avg_sq", "closed");
    }

    private static void stateRefused(int parameter, ParameterState state, Object... parts) {
        Misuse.harmless(InvalidParameterException.class,
                training -> training.optimizer.restore(training.parameters.get(parameter), state), parts);
    }
}
