package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Mixed precision in the steps that the Java backend makes by the Vector API: the bits of the scalar target. */
@Tag("only-vectors")
class MixedVectorsTest {
    /** Below whole vectors, and with and without a rest of a vector, of a block and of what is stepped at once. */
    private static final List<Integer> LENGTHS = List.of(15, 256, 304, 1_040, 2_051);
    private static final List<Hyperparameters> ALGORITHMS = List.of(Algorithm.ADAM.defaults(),
            Algorithm.SGD.defaults().toBuilder().set(SgdSettings.MOMENTUM, 0.9).build(), Algorithm.LION.defaults(),
            Algorithm.ADADELTA.defaults(), Algorithm.YOGI.defaults(), Algorithm.QHADAM.defaults(),
            Algorithm.ADEMAMIX.defaults(), Algorithm.ADAMOD.defaults(), Algorithm.QHM.defaults(),
            Algorithm.ADABOUND.defaults(), Algorithm.ADAN.defaults(), Algorithm.DIFFGRAD.defaults(),
            Algorithm.PADAM.defaults(),
            Algorithm.PADAM.defaults().toBuilder().set(PadamSettings.AMSGRAD, false).build(),
            Algorithm.MADGRAD.defaults(), Algorithm.COCOB.defaults());

    /** What a tensor is stored as. */
    record Storage(DType values, Rounding rounding, DType gradient, StateType state, Rounding stateRounding) {
    }

    static List<Storage> storages() {
        List<Storage> storages = new ArrayList<>();
        for (DType values : DType.values()) {
            for (Rounding rounding : Rounding.values()) {
                for (DType gradient : DType.values()) {
                    for (StateType state : StateType.values()) {
                        for (Rounding stateRounding : Rounding.values()) {
                            storages.add(new Storage(values, rounding, gradient, state, stateRounding));
                        }
                    }
                }
            }
        }
        return storages;
    }

    @ParameterizedTest
    @MethodSource("storages")
    void everyStorage(Storage storage) {
        for (Hyperparameters hyperparameters : ALGORITHMS) {
            for (boolean heap : new boolean[] {false, true}) {
                List<int[]> expected = stepped(storage, hyperparameters, "scalar", heap);
                List<int[]> actual = stepped(storage, hyperparameters, "java", heap);
                for (int i = 0; i < expected.size(); i++) {
                    assertArrayEquals(expected.get(i), actual.get(i), hyperparameters.algorithm() + ", memory " + i);
                }
            }
        }
    }

    /** The bits of all that the steps have written. */
    private static List<int[]> stepped(Storage storage, Hyperparameters hyperparameters, String backend, boolean heap) {
        try (Arena arena = Arena.ofShared()) {
            List<Parameter> parameters = LENGTHS.stream()
                    .map(length -> parameter(storage, length, heap, arena)).toList();
            OptimizerBuilder<?, ?> builder = Optimizer.builder(hyperparameters).parameters(parameters).sequential()
                    .stateType(storage.state).stateRounding(storage.stateRounding).backend(Backend.named(backend));
            try (Optimizer optimizer = builder.build()) {
                for (int step = 0; step < 5; step++) {
                    for (Parameter parameter : parameters) {
                        MixedModel.put(storage.gradient, parameter.gradient(), gradient(step, parameter));
                    }
                    optimizer.step(StepOptions.NONE.withZeroGradients(step == 4));
                }
                List<int[]> bits = new ArrayList<>();
                for (Parameter parameter : parameters) {
                    bits.add(bits(storage.values, parameter.values()));
                    bits.add(bits(storage.gradient, parameter.gradient()));
                    bits.add(bits(DType.FLOAT32, parameter.average()));
                    if (parameter.copy() != null) {
                        bits.add(bits(DType.BFLOAT16, parameter.copy()));
                    }
                    for (ParameterState.Buffer buffer : optimizer.state(parameter).buffers().values()) {
                        bits.add(bits(storage.state, buffer.elements()));
                        if (buffer.scales() != null) {
                            bits.add(bits(DType.FLOAT32, buffer.scales()));
                        }
                    }
                }
                return bits;
            }
        }
    }

    private static Parameter parameter(Storage storage, int length, boolean heap, Arena arena) {
        MemorySegment values = MixedModel.memory(heap, storage.values, length, arena);
        MixedModel.put(storage.values, values, Numbers.random(length, length));
        // A slice, of which the random bits are those of the whole.
        long first = storage.state == StateType.BLOCK8 ? 768 : 333;
        Parameter.Builder builder = Parameter.builder(values, MixedModel.memory(heap, storage.gradient, length, arena))
                .slice(first, first + length).valuesType(storage.values).gradientType(storage.gradient)
                .rounding(storage.rounding)
                .average(MixedModel.memory(heap, DType.FLOAT32, length, arena), AverageDecay.biasCorrected(0.75));
        if (storage.values == DType.FLOAT32) {
            builder.copy(MixedModel.memory(heap, DType.BFLOAT16, length, arena), DType.BFLOAT16);
        }
        return builder.build();
    }

    /** The last steps have one that is bounded, one that is infinite and one that is no number. */
    private static float[] gradient(int step, Parameter parameter) {
        float[] gradient = Numbers.random(step, (int) parameter.length());
        gradient[0] = step == 2 ? Float.MAX_VALUE : gradient[0];
        gradient[5] = step == 3 ? Float.NEGATIVE_INFINITY : gradient[5];
        gradient[gradient.length / 2] = step == 4 ? Float.NaN : gradient[gradient.length / 2];
        return gradient;
    }

    private static int[] bits(StateType type, MemorySegment from) {
        return switch (type) {
            case FLOAT32 -> bits(DType.FLOAT32, from);
            case BFLOAT16 -> bits(DType.BFLOAT16, from);
            case BLOCK8 -> {
                byte[] bytes = from.toArray(ValueLayout.JAVA_BYTE);
                yield IntStream.range(0, bytes.length).map(i -> bytes[i]).toArray();
            }
        };
    }

    /** Bits as float32, to which all NaN are one. */
    private static int[] bits(DType type, MemorySegment from) {
        int[] bits = new int[(int) (from.byteSize() / type.bytes())];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToIntBits(switch (type) {
                case FLOAT32 -> from.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                case BFLOAT16 -> Float.intBitsToFloat(from.getAtIndex(ValueLayout.JAVA_SHORT, i) << 16);
                case FLOAT16 -> Float.float16ToFloat(from.getAtIndex(ValueLayout.JAVA_SHORT, i));
            });
        }
        return bits;
    }
}
