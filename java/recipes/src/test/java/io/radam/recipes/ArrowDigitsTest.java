package io.radam.recipes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.InvalidParameterException;
import io.radam.Parameter;
import io.radam.RAdam;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.util.TransferPair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrowDigitsTest {
    private static final int COUNT = 100;

    @Test
    void columnsGetTheBitsOfPlainMemory(@TempDir Path folder) throws Exception {
        float[][] images = Digits.images(COUNT);
        int[] labels = Digits.labels(COUNT);
        try (ArrowDigits digits = new ArrowDigits();
                Reference reference = new Reference(RAdam.builder().learningRate(0.05))) {
            reference.add(columns(digits.model));

            double first = digits.backward(images, labels);
            double last = first;
            for (int step = 1; step <= 60; step++) {
                reference.step(columns(digits.gradients));
                digits.step();
                reference.assertSame(columns(digits.model));
                last = digits.backward(images, labels);
            }

            assertTrue(last < first / 2, "the loss went from " + first + " to " + last);
            for (FieldVector column : digits.model.getFieldVectors()) {
                Parameter parameter = digits.optimizer.parameter(column.getName());
                assertEquals(column.getDataBuffer().memoryAddress(), digits.optimizer.values(parameter).address());
            }
            digits.save(folder.resolve("model.arrow"));
            reference.assertSame(read(folder.resolve("model.arrow")));
        }
    }

    @Test
    void nullsAreRefused() {
        try (BufferAllocator allocator = new RootAllocator(); Arena arena = Arena.ofConfined();
                Float4Vector vector = vector(allocator, 1, 2, 3)) {
            vector.setNull(1);
            var thrown = assertThrows(IllegalArgumentException.class, () -> ArrowDigits.memory(vector, arena));
            assertTrue(thrown.getMessage().contains("weights"), thrown.getMessage());
        }
    }

    @Test
    void aClosedVectorLeavesItsMemoryToTheArena() {
        try (BufferAllocator allocator = new RootAllocator()) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment memory;
                try (Float4Vector vector = vector(allocator, 1, 2, 3)) {
                    memory = ArrowDigits.memory(vector, arena);
                }
                assertTrue(allocator.getAllocatedMemory() > 0);
                assertArrayEquals(new float[] {1, 2, 3}, memory.toArray(ValueLayout.JAVA_FLOAT));
            }
            assertEquals(0, allocator.getAllocatedMemory());
        }
    }

    @Test
    void aStepAfterTheArenaWasClosedIsRefused() {
        try (BufferAllocator allocator = new RootAllocator(); Float4Vector vector = vector(allocator, 1, 2, 3)) {
            Arena arena = Arena.ofShared();
            try (var optimizer = RAdam.builder()
                    .parameter(Parameter.of(ArrowDigits.memory(vector, arena), MemorySegment.ofArray(new float[3])))
                    .build()) {
                arena.close();
                assertThrows(InvalidParameterException.class, optimizer::step);
            }
        }
    }

    @Test
    void aVectorThatGrowsMoves() {
        try (BufferAllocator allocator = new RootAllocator(); Arena arena = Arena.ofConfined();
                Float4Vector vector = vector(allocator, 1, 2, 3)) {
            MemorySegment before = ArrowDigits.memory(vector, arena);
            vector.setSafe(100_000, 1);
            assertNotEquals(before.address(), vector.getDataBuffer().memoryAddress());
            before.setAtIndex(ValueLayout.JAVA_FLOAT, 0, 7);
            assertEquals(1, vector.get(0), "what is written to the old memory is lost");
        }
    }

    @Test
    void aSliceIsWhereItIsInTheWhole() {
        try (BufferAllocator allocator = new RootAllocator(); Arena arena = Arena.ofConfined();
                Float4Vector vector = vector(allocator, 1, 2, 3, 4)) {
            TransferPair pair = vector.getTransferPair(allocator);
            pair.splitAndTransfer(1, 2);
            try (Float4Vector slice = (Float4Vector) pair.getTo()) {
                MemorySegment memory = ArrowDigits.memory(slice, arena);
                assertEquals(vector.getDataBuffer().memoryAddress() + Float.BYTES, memory.address());
                memory.setAtIndex(ValueLayout.JAVA_FLOAT, 1, 7);
                assertEquals(7, vector.get(2));
                assertEquals(2 * Float.BYTES, memory.byteSize());
            }
        }
    }

    private static Float4Vector vector(BufferAllocator allocator, float... values) {
        Float4Vector vector = new Float4Vector("weights", allocator);
        vector.allocateNew(values.length);
        for (int i = 0; i < values.length; i++) {
            vector.set(i, values[i]);
        }
        vector.setValueCount(values.length);
        return vector;
    }

    /** As Arrow reads them. */
    private static List<float[]> columns(VectorSchemaRoot table) {
        return table.getFieldVectors().stream().map(vector -> {
            float[] values = new float[vector.getValueCount()];
            IntStream.range(0, values.length).forEach(i -> values[i] = ((Float4Vector) vector).get(i));
            return values;
        }).toList();
    }

    private static List<float[]> read(Path file) throws Exception {
        try (BufferAllocator allocator = new RootAllocator();
                ArrowFileReader reader = new ArrowFileReader(FileChannel.open(file), allocator)) {
            assertTrue(reader.loadNextBatch());
            return columns(reader.getVectorSchemaRoot());
        }
    }
}
