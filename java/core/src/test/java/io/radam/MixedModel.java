package io.radam;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/** A few parameters of given types with random values, to be stepped with random gradients. */
final class MixedModel {
    private static final int[] LENGTHS = {1, 7, 256, 1000, 70_001};
    private static final Map<Kept, MemorySegment> KEPT = new ConcurrentHashMap<>();

    final DType valuesType;
    final DType gradientType;
    final List<Parameter> parameters = new ArrayList<>();

    /** What a model can have. Of bfloat16 values, those with a type of a copy are split instead. */
    record Kind(DType valuesType, Rounding rounding, DType gradientType, DType copyType, boolean average, boolean heap) {
    }

    MixedModel(Kind kind, Arena arena) {
        valuesType = kind.valuesType;
        gradientType = kind.gradientType;
        for (int length : LENGTHS) {
            MemorySegment values = memory(kind.heap, valuesType, length, arena);
            MemorySegment gradient = memory(kind.heap, gradientType, length, arena);
            putRandom(valuesType, values, length, length);
            Parameter.Builder builder = Parameter.builder(values, gradient).valuesType(valuesType)
                    .gradientType(gradientType).rounding(kind.rounding);
            if (kind.copyType != null && valuesType == DType.FLOAT32) {
                builder.copy(memory(kind.heap, kind.copyType, length, arena), kind.copyType);
            } else if (kind.copyType != null && valuesType == DType.BFLOAT16) {
                // Any bits are lower halves.
                MemorySegment lower = memory(kind.heap, DType.FLOAT16, length, arena);
                putRandom(DType.FLOAT16, lower, -length, length);
                builder.split(lower);
            }
            if (kind.average) {
                builder.average(memory(kind.heap, DType.FLOAT32, length, arena), AverageDecay.biasCorrected(0.75));
            }
            parameters.add(builder.build());
        }
    }

    static MemorySegment memory(boolean heap, DType type, int length, Arena arena) {
        if (!heap) {
            return arena.allocate((long) type.bytes() * length, type.bytes());
        }
        return type == DType.FLOAT32
                ? MemorySegment.ofArray(new float[length])
                : MemorySegment.ofArray(new short[length]);
    }

    /** Gradients that every step has of its own. */
    void newGradients(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (Parameter parameter : parameters) {
            putRandom(gradientType, parameter.gradient(), random.nextLong(), (int) parameter.length());
        }
    }

    /** Random numbers as a type has them. They are kept: making them anew takes longer than stepping them. */
    private static void putRandom(DType type, MemorySegment to, long seed, int length) {
        to.copyFrom(KEPT.computeIfAbsent(new Kept(type, seed, length), _ -> {
            MemorySegment numbers = memory(true, type, length, null);
            put(type, numbers, Numbers.random(seed, length));
            return numbers;
        }));
    }

    private record Kept(DType type, long seed, int length) {
    }

    /** Writes numbers, to the nearest that the type has. */
    static void put(DType type, MemorySegment to, float... numbers) {
        for (int i = 0; i < numbers.length; i++) {
            switch (type) {
                case FLOAT32 -> to.setAtIndex(ValueLayout.JAVA_FLOAT, i, numbers[i]);
                case BFLOAT16 -> to.setAtIndex(ValueLayout.JAVA_SHORT, i,
                        (short) (Float.floatToRawIntBits(numbers[i]) >>> 16));
                case FLOAT16 -> to.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(numbers[i]));
            }
        }
    }

    /** All memory that a step may write, and the state; null for what there is not. */
    static List<MemorySegment> memory(Parameter parameter, ParameterState state) {
        List<MemorySegment> segments = new ArrayList<>(Arrays.asList(
                parameter.values(), parameter.gradient(),
                parameter.lowerHalves() == null ? parameter.copy() : parameter.lowerHalves(), parameter.average()));
        for (ParameterState.Buffer buffer : state.buffers().values()) {
            segments.add(buffer.elements());
            segments.add(buffer.scales());
        }
        if (!state.numbers().isEmpty()) {
            segments.add(MemorySegment.ofArray(state.numbers().values().stream().mapToDouble(x -> x).toArray()));
        }
        return segments;
    }

    /** The same, byte by byte. */
    List<byte[]> bytes(Optimizer optimizer) {
        List<byte[]> all = new ArrayList<>();
        for (Parameter parameter : parameters) {
            for (MemorySegment segment : memory(parameter, optimizer.state(parameter))) {
                all.add(segment == null ? new byte[0] : segment.toArray(ValueLayout.JAVA_BYTE));
            }
        }
        return all;
    }
}
