package io.radam.javacpp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.DType;
import io.radam.InvalidParameterException;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.RAdam;
import io.radam.Rounding;
import io.radam.cuda.CudaDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.WeakReference;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.ShortPointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The memory of JavaCPP pointers is stepped where it is. */
class PointersTest {
    private static final float[] VALUES = {1, -2, 3, -4, 5, -6, 7};
    private static final float[] GRADIENT = {0.5f, 1, -1.5f, 2, 0, -3, 0.25f};

    private static void step(Parameter parameter) {
        try (Optimizer optimizer = RAdam.builder(RAdam.Preset.PYTORCH).weightDecay(0.01).parameter(parameter).build()) {
            for (int i = 0; i < 8; i++) {
                optimizer.step();
            }
        }
    }

    private static float[] expected(float[] values, float[] gradient) {
        float[] result = values.clone();
        step(Parameter.of(result, gradient));
        return result;
    }

    private static float[] read(FloatPointer pointer, int count) {
        float[] numbers = new float[count];
        pointer.get(numbers);
        return numbers;
    }

    private static void refused(Executable call, Object... parts) {
        InvalidParameterException thrown = assertThrowsExactly(InvalidParameterException.class, call);
        for (Object part : parts) {
            assertTrue(thrown.getMessage().contains(part.toString()), () -> part + " is not in " + thrown.getMessage());
        }
    }

    /** A pointer as another library on JavaCPP has it, to memory that we cannot know of. */
    private static final class PointerTo extends BytePointer {
        PointerTo(MemorySegment memory) {
            super((Pointer) null);
            address = memory.address();
        }
    }

    /** Here the GPU is the emulated one of the native tests. */
    @Test
    void pointersToMemoryOfAGpu() {
        CudaDevice device = CudaDevice.of(0);
        float[] stepped = new float[VALUES.length];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = device.allocate(4 * VALUES.length, arena);
            MemorySegment gradient = device.allocate(4 * VALUES.length, arena);
            device.copy(MemorySegment.ofArray(VALUES), values);
            device.copy(MemorySegment.ofArray(GRADIENT), gradient);
            MemorySegment segment = Pointers.segment(device, new PointerTo(values), DType.FLOAT32, VALUES.length);
            assertThrowsExactly(WrongThreadException.class, () -> segment.get(ValueLayout.JAVA_FLOAT, 0));
            Parameter parameter = Parameter.of(segment,
                    Pointers.segment(device, new PointerTo(gradient), DType.FLOAT32, VALUES.length));
            try (Optimizer optimizer = RAdam.builder(RAdam.Preset.PYTORCH).weightDecay(0.01).parameter(parameter)
                    .device(device).build()) {
                for (int i = 0; i < 8; i++) {
                    optimizer.step();
                }
            }
            device.copy(values, MemorySegment.ofArray(stepped));
            refused(() -> Pointers.segment(device, new PointerTo(arena.allocate(4)), DType.FLOAT32, 1), "memory at 0x");
        }
        assertArrayEquals(expected(VALUES, GRADIENT), stepped);
    }

    /** A tensor in bfloat16 is stepped in place as an array of the same numbers is. */
    @Test
    void aPointerToOtherTypes() {
        // So small that a step changes them however it is rounded.
        short[] values = {0x3080, (short) 0xB100, 0x3140};
        short[] gradient = {0x3F00, 0x3F80, (short) 0xBFC0};
        try (ShortPointer valuesThere = new ShortPointer(values); ShortPointer gradientThere = new ShortPointer(gradient)) {
            step(bfloat16(Pointers.segment(valuesThere, DType.BFLOAT16, 3),
                    Pointers.segment(gradientThere, DType.BFLOAT16, 3)));
            short[] before = values.clone();
            step(bfloat16(MemorySegment.ofArray(values), MemorySegment.ofArray(gradient)));
            short[] there = new short[3];
            valuesThere.get(there);
            assertArrayEquals(values, there);
            assertTrue(values[0] != before[0], "the values have moved");
            refused(() -> Pointers.segment(valuesThere, DType.BFLOAT16, 4), 4, 6);
            refused(() -> Pointers.segment(valuesThere, DType.FLOAT16, Long.MAX_VALUE), Long.MAX_VALUE);
        }
    }

    private static Parameter bfloat16(MemorySegment values, MemorySegment gradient) {
        return Parameter.builder(values, gradient).valuesType(DType.BFLOAT16).gradientType(DType.BFLOAT16)
                .rounding(Rounding.STOCHASTIC).build();
    }

    @Test
    void aPointerIsSteppedInPlace() {
        try (FloatPointer values = new FloatPointer(VALUES); FloatPointer gradient = new FloatPointer(GRADIENT)) {
            Parameter parameter = Pointers.parameter(values, gradient);
            assertEquals(values.address(), parameter.values().address());
            assertEquals(gradient.address(), parameter.gradient().address());
            assertEquals(VALUES.length, parameter.length());
            step(parameter);
            assertArrayEquals(expected(VALUES, GRADIENT), read(values, VALUES.length));
            assertArrayEquals(GRADIENT, read(gradient, GRADIENT.length));
        }
    }

    @Test
    void fromThePositionToTheLimit() {
        try (FloatPointer values = new FloatPointer(VALUES); FloatPointer gradient = new FloatPointer(GRADIENT)) {
            step(Pointers.parameter(values.position(2).limit(5), gradient.position(1).limit(4)));
            float[] middle = expected(new float[] {3, -4, 5}, new float[] {1, -1.5f, 2});
            assertArrayEquals(new float[] {1, -2, middle[0], middle[1], middle[2], -6, 7},
                    read(values.position(0), VALUES.length));
        }
    }

    @Test
    void aPointerThatIsMovedLaterDoesNotMoveTheParameter() {
        try (FloatPointer values = new FloatPointer(VALUES)) {
            MemorySegment segment = Pointers.floatSegment(values);
            values.position(3).limit(4);
            assertEquals(VALUES.length * 4L, segment.byteSize());
            assertEquals(1, segment.get(ValueLayout.JAVA_FLOAT, 0));
        }
    }

    @Test
    void ofAnotherTypeWithACount() {
        // Tensors have pointers without a type, or to bytes, that do not know their size.
        try (BytePointer bytes = new BytePointer(4 * VALUES.length);
                FloatPointer gradient = new FloatPointer(GRADIENT)) {
            FloatPointer view = new FloatPointer(bytes);
            view.put(VALUES);
            Pointer typeless = new Pointer(bytes);
            typeless.limit(0);
            MemorySegment segment = Pointers.floatSegment(typeless, VALUES.length);
            assertEquals(bytes.address(), segment.address());
            step(Parameter.of(segment, Pointers.floatSegment(gradient, GRADIENT.length)));
            assertArrayEquals(expected(VALUES, GRADIENT), read(view, VALUES.length));
        }
    }

    @Test
    void thePositionCountsInElementsOfThePointersOwnType() {
        try (DoublePointer doubles = new DoublePointer(8); BytePointer bytes = new BytePointer(64)) {
            assertEquals(doubles.address() + 24, Pointers.floatSegment(doubles.position(3), 4).address());
            assertEquals(bytes.address() + 12, Pointers.floatSegment(bytes.position(12), 4).address());
        }
    }

    @Test
    void aNullPointer() {
        try (FloatPointer gradient = new FloatPointer(GRADIENT); FloatPointer nothing = new FloatPointer()) {
            refused(() -> Pointers.floatSegment(nothing, 3), "null");
            refused(() -> Pointers.floatSegment(nothing), "null");
            refused(() -> Pointers.parameter(nothing, gradient), "null");
            FloatPointer freed = new FloatPointer(2);
            freed.deallocate();
            refused(() -> Pointers.floatSegment(freed, 2), "null");
        }
        assertThrowsExactly(NullPointerException.class, () -> Pointers.floatSegment(null));
        assertThrowsExactly(NullPointerException.class, () -> Pointers.floatSegment(null, 1));
    }

    @Test
    void aSizeThatIsNotKnown() {
        try (FloatPointer values = new FloatPointer(VALUES)) {
            Pointer typeless = new Pointer(values);
            typeless.limit(0);
            FloatPointer unknown = new FloatPointer(typeless);
            refused(() -> Pointers.floatSegment(unknown), "size", 0);
            refused(() -> Pointers.floatSegment(values.position(5).limit(3)), "position is 5", "limit 3");
        }
    }

    @Test
    void aCountThatCannotBe() {
        try (FloatPointer values = new FloatPointer(VALUES)) {
            refused(() -> Pointers.floatSegment(values, -1), -1);
            refused(() -> Pointers.floatSegment(values, Long.MAX_VALUE / 2), Long.MAX_VALUE / 2);
        }
    }

    @Test
    void aCountBeyondTheLimit() {
        try (FloatPointer values = new FloatPointer(VALUES); BytePointer bytes = new BytePointer(16)) {
            refused(() -> Pointers.floatSegment(values, 8), 8, "limit 7");
            refused(() -> Pointers.floatSegment(values.position(4), 4), 4, "position is 4", "limit 7");
            refused(() -> Pointers.floatSegment(bytes, 5), 5, "limit 16");
        }
    }

    @Test
    void sizesThatDifferAndMemoryThatOverlaps() {
        try (FloatPointer values = new FloatPointer(VALUES); FloatPointer shorter = new FloatPointer(3)) {
            refused(() -> Pointers.parameter(values, shorter), 28, 12);
            refused(() -> Pointers.parameter(values, new FloatPointer(values)), "overlap");
        }
    }

    @Test
    void noElements() {
        try (FloatPointer values = new FloatPointer(VALUES)) {
            assertEquals(0, Pointers.floatSegment(values, 0).byteSize());
        }
    }

    /** JavaCPP gives null for the data pointer of an empty tensor. */
    @Test
    void nullIsNoElements() {
        for (Pointer nothing : new Pointer[] {null, new FloatPointer()}) {
            assertEquals(0, Pointers.floatSegment(nothing, 0).byteSize());
            assertEquals(0, Pointers.segment(nothing, DType.BFLOAT16, 0).byteSize());
            assertEquals(0, Pointers.segment(CudaDevice.of(0), nothing, DType.FLOAT32, 0).byteSize());
            step(Parameter.of(Pointers.floatSegment(nothing, 0), Pointers.floatSegment(nothing, 0)));
        }
    }

    /** A view of an ND4J array: a pointer to the whole buffer, and an offset. */
    @Test
    void aViewInABuffer() {
        try (FloatPointer buffer = new FloatPointer(VALUES); FloatPointer gradient = new FloatPointer(GRADIENT)) {
            step(Parameter.of(Pointers.floatSegment(new FloatPointer(buffer).position(4), 3),
                    Pointers.floatSegment(gradient.position(2), 3)));
            float[] view = expected(new float[] {5, -6, 7}, new float[] {-1.5f, 2, 0});
            assertArrayEquals(new float[] {1, -2, 3, -4, view[0], view[1], view[2]}, read(buffer, VALUES.length));
            refused(() -> Pointers.floatSegment(new FloatPointer(buffer).position(5), 3), "position is 5", "limit 7");
        }
    }

    @Test
    void theMemoryStaysWhileOnlyTheParameterHoldsIt() throws InterruptedException {
        WeakReference<?>[] pointers = new WeakReference<?>[2];
        Parameter parameter = unreferenced(pointers);
        collectGarbage();
        assertNotNull(pointers[0].get());
        assertNotNull(pointers[1].get());
        step(parameter);
        assertArrayEquals(expected(VALUES, GRADIENT), parameter.values().toArray(ValueLayout.JAVA_FLOAT));
    }

    private static Parameter unreferenced(WeakReference<?>[] pointers) {
        FloatPointer values = new FloatPointer(VALUES);
        FloatPointer gradient = new FloatPointer(GRADIENT);
        pointers[0] = new WeakReference<>(values);
        pointers[1] = new WeakReference<>(gradient);
        return Pointers.parameter(values, gradient);
    }

    @Test
    void theMemoryGoesWithTheParameter() throws InterruptedException {
        WeakReference<?>[] pointers = new WeakReference<?>[2];
        unreferenced(pointers);
        for (int i = 0; i < 100 && (pointers[0].get() != null || pointers[1].get() != null); i++) {
            collectGarbage();
        }
        assertNull(pointers[0].get());
        assertNull(pointers[1].get());
    }

    /** Requests garbage collection until an unreachable object is collected. */
    private static void collectGarbage() throws InterruptedException {
        WeakReference<Object> garbage = new WeakReference<>(new Object());
        for (int i = 0; i < 100 && garbage.get() != null; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertNull(garbage.get());
    }
}
