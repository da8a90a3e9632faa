package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients and values that are somewhere else in each step. */
@Tag("vectors")
class BindingTest {
    static List<Backend> backends() {
        return Backend.available();
    }

    private static Optimizer adam(Backend backend, Parameter... parameters) {
        return Adam.builder().backend(backend).learningRate(0.1).parameters(List.of(parameters)).build();
    }

    private static Optimizer adam(Parameter... parameters) {
        return adam(Backend.preferred(), parameters);
    }

    private static MemorySegment heap(float... numbers) {
        return MemorySegment.ofArray(numbers);
    }

    private static void refused(Executable call, Object... parts) {
        Misuse.refused(InvalidParameterException.class, call, parts);
    }

    /** The bits are those of a training whose gradients are always in the same memory. */
    @ParameterizedTest
    @MethodSource("backends")
    void aNewGradientInEachStep(Backend backend) {
        float[] moving = Numbers.random(1, 1000);
        float[] staying = moving.clone();
        float[] gradient = new float[1000];
        Parameter parameter = Parameter.of(moving);
        try (Arena arena = Arena.ofShared();
                Optimizer bound = adam(backend, parameter);
                Optimizer reference = adam(backend, Parameter.of(staying, gradient))) {
            List<UnaryOperator<MemorySegment>> places = List.of(
                    on -> on,
                    on -> arena.allocate(on.byteSize(), 4).copyFrom(on),
                    MemorySegment::asReadOnly,
                    on -> Arena.ofConfined().allocate(on.byteSize(), 64).copyFrom(on));
            for (int step = 0; step < 12; step++) {
                float[] next = Numbers.random(step + 10, 1000);
                System.arraycopy(next, 0, gradient, 0, 1000);
                MemorySegment place = places.get(step % places.size()).apply(heap(next));
                bound.bind(parameter, place);
                assertSame(place, bound.gradient(parameter));
                bound.step();
                reference.step();
                assertArrayEquals(staying, moving);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void newValuesToo(Backend backend) {
        float[] first = Numbers.random(1, 300);
        float[] second = new float[300];
        float[] staying = first.clone();
        float[] gradient = Numbers.random(2, 300);
        Parameter parameter = Parameter.of(first);
        try (Optimizer bound = adam(backend, parameter);
                Optimizer reference = adam(backend, Parameter.of(staying, gradient))) {
            float[] present = first;
            for (int step = 0; step < 6; step++) {
                float[] next = step % 2 == 0 ? second : first;
                System.arraycopy(present, 0, next, 0, 300);
                bound.bind(parameter, heap(next), heap(gradient));
                float[] before = present.clone();
                bound.step();
                reference.step();
                assertArrayEquals(staying, next);
                assertArrayEquals(before, present, "the old values are let alone");
                assertEquals(heap(next), bound.values(parameter));
                present = next;
            }
        }
    }

    /** A parameter without a gradient is left alone, as torch.optim does if {@code grad is None}. */
    @ParameterizedTest
    @MethodSource("backends")
    void aParameterWithoutAGradientIsLeftAlone(Backend backend) {
        float[] values = {1, 2};
        Parameter idle = Parameter.of(values);
        Parameter other = Parameter.of(new float[] {3}, new float[] {1});
        StepOptions options = StepOptions.NONE.withMaxGradientNorm(0.5).withZeroGradients(true);
        try (Optimizer optimizer = adam(backend, idle, other)) {
            optimizer.step();
            StepResult result = optimizer.step(options);
            assertEquals(1, result.statistics().norm());
            Misuse.refused(InvalidParameterException.class, () -> result.statistics().ofParameter(idle), idle);
            optimizer.step(idle);
            optimizer.zeroGradients();
            assertArrayEquals(new float[] {1, 2}, values);
            assertNull(optimizer.gradient(idle));
            assertEquals(0, optimizer.stepCount(idle));
            assertEquals(2, optimizer.stepCount(other));

            optimizer.bind(idle, heap(1, 1));
            optimizer.step();
            assertEquals(1, optimizer.stepCount(idle));
            assertEquals(3, optimizer.stepCount(other));
            optimizer.unbind(idle);
            optimizer.unbind(idle);
            optimizer.step();
            assertEquals(1, optimizer.stepCount(idle));
            // By the first step of its own: the learning rate, whatever the gradient.
            assertArrayEquals(new float[] {0.9f, 1.9f}, values, 1e-6f);
        }
    }

    /** The memory of a parameter without a gradient may be freed, or become that of another parameter. */
    @Test
    void memoryIsTakenFromWhoHasNoGradient() {
        Parameter one = Parameter.of(new float[] {1, 2}, new float[] {1, 1});
        Parameter two = Parameter.of(new float[] {3, 4}, new float[] {1, 1});
        try (Optimizer optimizer = adam(one, two)) {
            MemorySegment valuesOfOne = optimizer.values(one);
            MemorySegment valuesOfTwo = optimizer.values(two);
            refused(() -> optimizer.bind(one, valuesOfTwo, heap(1, 1)), "overlap", valuesOfTwo);
            optimizer.unbind(one);
            optimizer.unbind(two);
            optimizer.bind(one, valuesOfTwo, heap(1, 1));
            refused(() -> optimizer.bind(two, heap(2, 2)), "overlap", valuesOfTwo);
            optimizer.bind(two, valuesOfOne, heap(1, 1));
            optimizer.step();
            assertEquals(3 - 0.1f, valuesOfTwo.getAtIndex(ValueLayout.JAVA_FLOAT, 0), 1e-6f);
        }
    }

    @Test
    void closedMemoryOfWhoHasNoGradientDoesNotMatter() {
        Arena arena = Arena.ofConfined();
        Parameter gone = Parameter.of(arena.allocate(8, 4));
        float[] values = {1};
        Parameter other = Parameter.of(values, new float[] {1});
        try (Optimizer optimizer = adam(gone, other)) {
            arena.close();
            optimizer.step(StepOptions.NONE.withSkipNonFinite(true));
            assertEquals(0.9f, values[0], 1e-6f);
            refused(() -> optimizer.bind(gone, heap(1, 1)), "values", "closed");
        }
    }

    @Test
    void whatDoesNotFitIsRefused() throws Exception {
        Parameter parameter = Parameter.builder(heap(new float[4])).name("weight").build();
        Parameter half = Parameter.builder(heap(new float[4])).gradientType(DType.BFLOAT16).build();
        Parameter other = Parameter.of(new float[4], new float[4]);
        MemorySegment good = heap(new float[4]);
        Arena closed = Arena.ofConfined();
        MemorySegment gone = closed.allocate(16, 4);
        closed.close();
        try (Arena arena = Arena.ofConfined(); Optimizer optimizer = adam(parameter, half, other)) {
            optimizer.bind(parameter, good);
            MemorySegment values = optimizer.values(parameter);
            List<Executable> wrong = new ArrayList<>();
            wrong.add(() -> refused(() -> optimizer.bind(parameter, heap(new float[5])), "gradient", 20, 16));
            wrong.add(() -> refused(() -> optimizer.bind(parameter, heap(new float[5]), good), "values", 20, 16));
            wrong.add(() -> refused(() -> optimizer.bind(half, heap(new float[4])), "gradient", 16, 8, "BFLOAT16"));
            wrong.add(() -> refused(() -> optimizer.bind(parameter, arena.allocate(20, 4).asSlice(2, 16)), "misaligned"));
            wrong.add(() -> refused(() -> optimizer.bind(parameter, gone), "closed", gone));
            wrong.add(() -> refused(() -> optimizer.bind(parameter, values), "overlap", values));
            wrong.add(() -> refused(() -> optimizer.bind(parameter, other.values()), "overlap", "values"));
            wrong.add(() -> refused(() -> optimizer.bind(parameter, values.asReadOnly(), good), "values", "read-only"));
            wrong.add(() -> refused(() -> optimizer.bind(parameter, good, good), "overlap"));
            wrong.add(() -> refused(() -> optimizer.bind(parameter, optimizer.state(parameter).buffer("exp_avg").elements()),
                    "overlap", "state"));
            wrong.add(() -> Misuse.refused(NullPointerException.class, () -> optimizer.bind(parameter, null), "gradient"));
            wrong.add(() -> refused(() -> optimizer.bind(Parameter.of(new float[4]), good), "not this optimizer's"));
            for (Executable each : wrong) {
                try {
                    each.execute();
                } catch (Throwable e) {
                    throw new AssertionError("case " + wrong.indexOf(each), e);
                }
                assertSame(good, optimizer.gradient(parameter));
                assertSame(values, optimizer.values(parameter));
                assertNull(optimizer.gradient(half));
            }
            optimizer.step();
            assertEquals(1, optimizer.stepCount(parameter));
        }
    }

    /** Binding what is bound already checks it too. */
    @Test
    void theSameMemoryAgain() throws Exception {
        for (int closed = 0; closed < 2; closed++) {
            Arena[] arenas = {Arena.ofShared(), Arena.ofShared()};
            MemorySegment values = arenas[0].allocate(16, 4);
            MemorySegment gradient = arenas[1].allocate(16, 4);
            Parameter parameter = Parameter.of(values, gradient);
            try (Optimizer optimizer = adam(parameter)) {
                optimizer.bind(parameter, gradient);
                optimizer.bind(parameter, values, gradient);
                arenas[closed].close();
                String what = closed == 0 ? "values" : "gradient";
                refused(() -> optimizer.bind(parameter, gradient), what, "closed");
                refused(() -> optimizer.bind(parameter, values, gradient), what, "closed");
                assertSame(gradient, optimizer.gradient(parameter));
            }
            arenas[1 - closed].close();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment gradient = arena.allocate(16, 4);
            Parameter parameter = Parameter.of(heap(new float[4]), gradient);
            try (Optimizer optimizer = adam(parameter)) {
                AtomicReference<Throwable> failure = new AtomicReference<>();
                Thread thread = new Thread(() -> refused(() -> optimizer.bind(parameter, gradient), "confined"));
                thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
                thread.start();
                thread.join();
                assertNull(failure.get());
            }
        }
    }

    @Test
    void memoryOfAnotherThread() throws Exception {
        Parameter parameter = Parameter.of(new float[4]);
        try (Optimizer optimizer = adam(parameter)) {
            MemorySegment[] foreign = new MemorySegment[1];
            Thread thread = new Thread(() -> foreign[0] = Arena.ofConfined().allocate(16, 4));
            thread.start();
            thread.join();
            refused(() -> optimizer.bind(parameter, foreign[0]), "confined", Thread.currentThread());
        }
    }

    /** The step reports the overlap, since the gradient may be replaced before it. */
    @Test
    void valuesThatAreBoundOverAGradient() {
        MemorySegment shared = heap(new float[4]);
        Parameter one = Parameter.of(new float[4], new float[4]);
        Parameter two = Parameter.of(new float[4], new float[4]);
        try (Optimizer optimizer = adam(one, two)) {
            optimizer.bind(one, shared);
            optimizer.bind(two, shared, heap(new float[4]));
            refused(optimizer::step, "overlap", "gradient", shared);
            assertEquals(0, optimizer.stepCount(two));
            optimizer.step(two);
            optimizer.bind(one, heap(new float[4]));
            optimizer.step();
            assertEquals(2, optimizer.stepCount(two));
        }
    }

    @Test
    void gradientsThatAreZeroedMustStayApart() {
        MemorySegment shared = heap(1, 1, 1, 1);
        Parameter one = Parameter.of(new float[4], new float[4]);
        Parameter two = Parameter.of(new float[4], new float[4]);
        StepOptions zero = StepOptions.NONE.withZeroGradients(true);
        try (Optimizer optimizer = adam(one, two)) {
            optimizer.step(zero);
            optimizer.bind(one, shared);
            optimizer.step(zero);
            optimizer.bind(two, shared);
            refused(() -> optimizer.step(zero), "overlap", shared);
            optimizer.step();
            optimizer.bind(one, heap(1, 1, 1, 1));
            optimizer.step(zero);
            assertArrayEquals(new float[4], shared.toArray(ValueLayout.JAVA_FLOAT));
            assertEquals(4, optimizer.stepCount(one));
        }
    }

    /** Parameters made from one array, read-only or not, in any order. */
    @Test
    void manySlicesOfOneArray() {
        MemorySegment array = heap(new float[1000]);
        List<Parameter> parameters = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int place = i * 37 % 100;
            parameters.add(Parameter.of(array.asSlice(place * 40L, 20), array.asSlice(place * 40L + 20, 20).asReadOnly()));
        }
        try (Optimizer optimizer = adam(parameters.toArray(Parameter[]::new))) {
            Parameter first = parameters.getFirst();
            refused(() -> optimizer.bind(first, array.asSlice(16, 20).asReadOnly()), "overlap");
            refused(() -> optimizer.bind(first, array.asSlice(36, 20)), "overlap");
            optimizer.bind(first, array.asSlice(60, 20));
            optimizer.step();
        }
    }
}
