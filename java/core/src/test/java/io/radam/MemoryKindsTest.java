package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All kinds of memory are stepped in place, to the same bits, and nothing else is touched. */
@Tag("vectors")
class MemoryKindsTest {
    private static final int STEPS = 7;

    @TempDir
    Path folder;

    /** The values after some steps of the Java reference, on plain arrays. */
    private static int[] expected(float[] values, float[] gradient) {
        float[] stepped = values.clone();
        step(Parameter.of(stepped, gradient), builder -> builder.backend(Backend.named("java")).sequential());
        return Numbers.bits(stepped);
    }

    private static void step(Parameter parameter, Consumer<RAdam.Builder> settings) {
        RAdam.Builder builder = RAdam.builder().weightDecay(0.01).parameter(parameter);
        settings.accept(builder);
        try (Optimizer optimizer = builder.build()) {
            for (int i = 0; i < STEPS; i++) {
                optimizer.step();
            }
        }
    }

    /** One element; less than a vector, more than one; more than a chunk of an array. */
    @ParameterizedTest
    @ValueSource(ints = {1, 21, 20_011})
    void sameBits(int length) {
        float[] values = Numbers.random(1, length);
        float[] gradient = Numbers.random(2, length);
        int[] expected = expected(values, gradient);
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            for (Backend backend : Backend.available()) {
                assertAllKindsGive(expected, values, gradient, builder -> builder.backend(backend).sequential());
                assertAllKindsGive(expected, values, gradient, builder -> builder.backend(backend).pool(pool));
                assertAllKindsGive(expected, values, gradient, builder -> builder.backend(backend));
            }
        }
    }

    private void assertAllKindsGive(int[] expected, float[] values, float[] gradient,
            Consumer<RAdam.Builder> settings) {
        try (Arena confined = Arena.ofConfined(); Arena shared = Arena.ofShared()) {
            for (MemoryKinds.Kind kind : new MemoryKinds(folder, confined, shared).all(values, gradient)) {
                assertArrayEquals(Numbers.bits(values), Numbers.bits(kind.parameter().values()), kind.name());
                step(kind.parameter(), settings);
                assertArrayEquals(expected, Numbers.bits(kind.parameter().values()), kind.name());
                assertArrayEquals(Numbers.bits(gradient), Numbers.bits(kind.parameter().gradient()), kind.name());
                kind.assertOnlyTheParameterWasTouched();
            }
        }
    }

    @Test
    void allKindsInOneOptimizer() {
        float[] values = Numbers.random(1, 333);
        float[] gradient = Numbers.random(2, 333);
        int[] expected = expected(values, gradient);
        try (Arena confined = Arena.ofConfined();
                Arena shared = Arena.ofShared();
                ForkJoinPool pool = new ForkJoinPool(2)) {
            List<MemoryKinds.Kind> kinds = new MemoryKinds(folder, confined, shared).all(values, gradient);
            try (Optimizer optimizer = RAdam.builder().weightDecay(0.01).pool(pool)
                    .parameters(kinds.stream().map(MemoryKinds.Kind::parameter).toList()).build()) {
                for (int i = 0; i < STEPS; i++) {
                    optimizer.step();
                }
                for (MemoryKinds.Kind kind : kinds) {
                    assertArrayEquals(expected, Numbers.bits(kind.parameter().values()), kind.name());
                    kind.assertOnlyTheParameterWasTouched();
                }
            }
        }
    }

    @Test
    void theParameterIsTheMemoryThatWasGiven() {
        MemorySegment values = Arena.ofAuto().allocate(12, 4);
        MemorySegment gradient = MemorySegment.ofArray(new float[3]).asReadOnly();
        Parameter parameter = Parameter.of(values, gradient);
        assertSame(values, parameter.values());
        assertSame(gradient, parameter.gradient());
        assertEquals(3, parameter.length());
        assertTrue(parameter.toString().contains("3"), parameter::toString);

        float[] array = new float[2];
        assertSame(array, Parameter.of(array, new float[2]).values().heapBase().orElseThrow());
        ByteBuffer buffer = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        assertEquals(MemorySegment.ofBuffer(buffer).address(),
                Parameter.of(buffer, ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder())).values().address());
    }

    @Test
    void aBufferIsTakenAsItIsNow() {
        FloatBuffer values = FloatBuffer.wrap(new float[] {1, 2, 3, 4}).position(1).limit(3);
        Parameter parameter = Parameter.of(values, FloatBuffer.allocate(2));
        assertEquals(1, values.position());
        assertEquals(3, values.limit());
        values.clear();
        assertEquals(2, parameter.length());
        assertEquals(2, parameter.values().getAtIndex(ValueLayout.JAVA_FLOAT, 0));
    }

    @Test
    void aMappedFileHasTheResult() throws IOException {
        float[] values = Numbers.random(1, 50);
        float[] gradient = Numbers.random(2, 50);
        Path file = folder.resolve("weights");
        Files.write(file, MemorySegment.ofArray(values).toArray(ValueLayout.JAVA_BYTE));
        try (Arena arena = Arena.ofShared();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, 200, arena);
            step(Parameter.of(mapped, MemorySegment.ofArray(gradient)), builder -> { });
            mapped.force();
        }
        assertArrayEquals(expected(values, gradient), Numbers.bits(MemorySegment.ofArray(Files.readAllBytes(file))));
    }

    @Test
    void gradientsMayBeShared() {
        // Gradients are only read, so that two tied parameters may have the same one.
        MemorySegment gradient = MemorySegment.ofArray(Numbers.random(3, 30));
        MemorySegment nativeGradient = Arena.ofAuto().allocate(120, 4).copyFrom(gradient);
        for (MemorySegment shared : List.of(gradient, nativeGradient)) {
            float[] first = Numbers.random(1, 30);
            float[] second = Numbers.random(2, 20);
            try (Optimizer optimizer = RAdam.builder(RAdam.Preset.PYTORCH)
                    .parameter(Parameter.of(MemorySegment.ofArray(first), shared))
                    .parameter(Parameter.of(MemorySegment.ofArray(second), shared.asSlice(40)))
                    .build()) {
                optimizer.step();
            }
            assertArrayEquals(Numbers.bits(gradient), Numbers.bits(shared));
        }
    }

    @Test
    void neighboursDoNotOverlap() {
        MemorySegment segment = Arena.ofAuto().allocate(48, 4);
        float[] array = new float[12];
        try (Optimizer optimizer = RAdam.builder()
                .parameter(Parameter.of(segment.asSlice(0, 12), segment.asSlice(12, 12)))
                .parameter(Parameter.of(segment.asSlice(24, 12), segment.asSlice(36, 12)))
                .parameter(Parameter.of(FloatBuffer.wrap(array, 0, 3), FloatBuffer.wrap(array, 3, 3)))
                .parameter(Parameter.of(FloatBuffer.wrap(array, 6, 3), FloatBuffer.wrap(array, 9, 3)))
                .build()) {
            optimizer.step();
        }
    }

    @Test
    void parametersWithoutElements() {
        Parameter emptyArray = Parameter.of(new float[0], new float[0]);
        Parameter emptyNative = Parameter.of(MemorySegment.NULL, Arena.ofAuto().allocate(0));
        Parameter emptyBuffer = Parameter.of(FloatBuffer.allocate(3).position(3), FloatBuffer.allocate(0));
        float[] values = Numbers.random(1, 30);
        float[] gradient = Numbers.random(2, 30);
        int[] expected = expected(values, gradient);
        try (ForkJoinPool pool = new ForkJoinPool(2);
                Optimizer optimizer = RAdam.builder().weightDecay(0.01).pool(pool)
                        .parameters(List.of(emptyArray, emptyNative, Parameter.of(values, gradient), emptyBuffer))
                        .build()) {
            for (int i = 0; i < STEPS; i++) {
                optimizer.step();
            }
            optimizer.step(emptyNative);
            assertEquals(STEPS + 1, optimizer.state(emptyNative).step());
            assertEquals(0, AdamState.expAvg(optimizer.state(emptyNative)).byteSize());
            optimizer.zeroGradients();
        }
        assertArrayEquals(expected, Numbers.bits(values));
    }

    @Test
    void memoryMayBeClosedAfterTheOptimizer() {
        Arena arena = Arena.ofConfined();
        Optimizer optimizer = RAdam.builder().parameter(Parameter.of(arena.allocate(64, 4), arena.allocate(64, 4))).build();
        optimizer.step();
        // An optimizer does not keep the memory of parameters from being closed, before or after itself.
        arena.close();
        optimizer.close();
    }
}
