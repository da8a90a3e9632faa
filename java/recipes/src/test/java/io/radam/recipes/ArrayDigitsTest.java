package io.radam.recipes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.radam.DType;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.RAdam;
import io.radam.SGD;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArrayDigitsTest {
    private static final int COUNT = 100;

    @Test
    void arraysGetTheBitsOfPlainMemory() {
        float[][] images = Digits.images(COUNT);
        int[] labels = Digits.labels(COUNT);
        try (ArrayDigits model = new ArrayDigits();
                Reference reference = new Reference(RAdam.builder().learningRate(0.05).weightDecay(1e-3))) {
            reference.add(List.of(model.weights));
            reference.addWithoutDecay(List.of(model.bias));

            double first = model.backward(images, labels);
            double last = first;
            for (int step = 1; step <= 60; step++) {
                reference.step(all(model.weightGradients, model.biasGradient));
                model.step();
                reference.assertSame(all(model.weights, model.bias));
                assertEquals(0, model.biasGradient[0]);
                last = model.backward(images, labels);
            }

            assertEquals(Math.log(10), first, 1e-6, "of ten classes that are as likely as each other");
            assertTrue(last < first / 2, "the loss went from " + first + " to " + last);
        }
    }

    /** 650 numbers take 2.6 kB. The options of a step take some bytes. */
    @Test
    void noArrayIsCopied() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (ArrayDigits model = new ArrayDigits()) {
            for (int step = 0; step < 1000; step++) {
                model.step();
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int step = 0; step < 1000; step++) {
                model.step();
            }
            long bytes = (threads.getCurrentThreadAllocatedBytes() - before) / 1000;
            assertTrue(bytes < 512, "a step allocates " + bytes + " bytes");
        }
    }

    @Test
    void aPartOfAnArrayIsStepped() {
        float[] array = new float[6];
        MemorySegment part = MemorySegment.ofArray(array).asSlice(2 * Float.BYTES, 3 * Float.BYTES);
        try (Optimizer optimizer = SGD.builder().learningRate(1)
                .parameter(Parameter.of(part, MemorySegment.ofArray(new float[] {1, 2, 3}))).build()) {
            optimizer.step();
        }
        assertArrayEquals(new float[] {0, 0, -1, -2, -3, 0}, array);
    }

    @Test
    void sixteenBitNumbersAreInShorts() {
        short[] values = {Float.floatToFloat16(5), Float.floatToFloat16(-5)};
        short[] gradient = {Float.floatToFloat16(1), Float.floatToFloat16(0.5f)};
        Parameter parameter = Parameter.builder(MemorySegment.ofArray(values), MemorySegment.ofArray(gradient))
                .valuesType(DType.FLOAT16).gradientType(DType.FLOAT16).build();
        try (Optimizer optimizer = SGD.builder().learningRate(1).parameter(parameter).build()) {
            optimizer.step();
        }
        assertArrayEquals(new short[] {Float.floatToFloat16(4), Float.floatToFloat16(-5.5f)}, values);
    }

    @Test
    void aNewArrayIsBound() {
        float[] old = {1};
        float[] next = {5};
        float[] gradient = {1};
        Parameter parameter = Parameter.of(old, gradient);
        try (Optimizer optimizer = SGD.builder().learningRate(1).parameter(parameter).build()) {
            optimizer.bind(parameter, MemorySegment.ofArray(next), MemorySegment.ofArray(gradient));
            optimizer.step();
        }
        assertEquals(1, old[0]);
        assertEquals(4, next[0]);
    }

    private static List<float[]> all(float[][] weights, float[] bias) {
        return Stream.concat(Stream.of(weights), Stream.of(bias)).toList();
    }
}
