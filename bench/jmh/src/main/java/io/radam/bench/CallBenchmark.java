package io.radam.bench;

import io.radam.bench.implementation.LibradamFfm;
import io.radam.bench.jni.LibradamJni;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What it costs to call libradam from Java: the two ways to cross over, with next to no work on the other side. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CallBenchmark {
    /** So few parameters that computing them takes a few nanoseconds. */
    public static final int SIZE = 16;
    private static final int AUTO = LibradamJni.RADAM_TARGET_AUTO;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment coefficients = LibradamFfm.coefficients(arena);
    private final MemorySegment[] segments = segments(false);
    private final MemorySegment[] arrays = segments(true);

    private final LibradamJni.Coefficients jniCoefficients = new LibradamJni.Coefficients();
    private final FloatPointer[] pointers =
            Stream.generate(() -> new FloatPointer(SIZE)).limit(4).toArray(FloatPointer[]::new);

    private final MemorySegment state = state(segments[2], segments[3]);
    private final MemorySegment stateOfArrays = state(zeros(), zeros());
    private final PointerPointer<FloatPointer> jniState = new PointerPointer<>(pointers[2], pointers[3], null);

    /** Adam's buffers, as C takes them. */
    private MemorySegment state(MemorySegment expAvg, MemorySegment expAvgSq) {
        MemorySegment state = arena.allocate(ValueLayout.ADDRESS, 3);
        state.setAtIndex(ValueLayout.ADDRESS, 0, expAvg);
        state.setAtIndex(ValueLayout.ADDRESS, 1, expAvgSq);
        state.setAtIndex(ValueLayout.ADDRESS, 2, MemorySegment.NULL);
        return state;
    }

    private MemorySegment zeros() {
        return arena.allocate((long) SIZE * Float.BYTES, 64);
    }

    private MemorySegment[] segments(boolean onHeap) {
        return Stream.generate(() -> onHeap ? MemorySegment.ofArray(new float[SIZE])
                : zeros()).limit(4).toArray(MemorySegment[]::new);
    }

    /** Fills the memory, makes one step in each way and fails unless all give the same bits. */
    @Setup
    public void prepare() throws Throwable {
        try (LibradamJni.Hyperparameters h = new LibradamJni.Hyperparameters()) {
            LibradamFfm.require(LibradamJni.radam_hyperparameters_init(h, LibradamJni.RADAM_PRESET_ADAM_PYTORCH));
            LibradamFfm.require(LibradamJni.radam_coefficients_at(h, 1, jniCoefficients));
        }
        fill(0, Inputs.values(SIZE));
        fill(1, Inputs.gradients(SIZE, 1));
        fill(2, new float[SIZE]);
        fill(3, new float[SIZE]);
        LibradamFfm.require(ffmStep());
        LibradamFfm.require(ffmStepOnArrays());
        LibradamFfm.require(jniStep());
        float[] result = segments[0].toArray(ValueLayout.JAVA_FLOAT);
        float[] byJni = new float[SIZE];
        pointers[0].get(byJni);
        if (!Arrays.equals(result, arrays[0].toArray(ValueLayout.JAVA_FLOAT)) || !Arrays.equals(result, byJni)
                || Arrays.equals(result, Inputs.values(SIZE))) {
            throw new IllegalStateException("the ways to call libradam do not agree: " + Arrays.toString(result)
                    + ", by JNI " + Arrays.toString(byJni));
        }
    }

    private void fill(int which, float[] numbers) {
        segments[which].copyFrom(MemorySegment.ofArray(numbers));
        arrays[which].copyFrom(MemorySegment.ofArray(numbers));
        pointers[which].put(numbers);
    }

    /** A step of native memory. */
    @Benchmark
    public int ffmStep() throws Throwable {
        return (int) LibradamFfm.STEP.invokeExact(AUTO, coefficients, 0L, (long) SIZE, segments[0], segments[1],
                state);
    }

    /** A step of arrays, whose state is in native memory, by a critical call. */
    @Benchmark
    public int ffmStepOnArrays() throws Throwable {
        return (int) LibradamFfm.STEP_ARRAYS.invokeExact(AUTO, coefficients, 0L, (long) SIZE, arrays[0], arrays[1],
                stateOfArrays);
    }

    /** A step of native memory. */
    @Benchmark
    public int jniStep() {
        return LibradamJni.radam_step_f32(AUTO, jniCoefficients, 0, SIZE, pointers[0], pointers[1],
                jniState);
    }

    /** A function that returns a constant. */
    @Benchmark
    public int ffmNothing() throws Throwable {
        return (int) LibradamFfm.ABI_VERSION.invokeExact();
    }

    /** A function that returns a constant. */
    @Benchmark
    public int jniNothing() {
        return LibradamJni.radam_abi_version();
    }

    /** Frees the memory. */
    @TearDown
    public void close() {
        arena.close();
        jniCoefficients.close();
        jniState.close();
        for (FloatPointer pointer : pointers) {
            pointer.close();
        }
    }
}
