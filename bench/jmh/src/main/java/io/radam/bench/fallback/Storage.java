package io.radam.bench.fallback;

import io.radam.Adam;
import io.radam.Backend;
import io.radam.DType;
import io.radam.Lion;
import io.radam.NAdam;
import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.Parameter;
import io.radam.Rounding;
import io.radam.SGD;
import io.radam.StateType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Types of values and gradients, and of state. 16-bit values are rounded stochastically. */
record Storage(DType values, StateType state) {
    /** An optimizer on the Java backend. */
    Optimizer optimizer(PlainLoop algorithm, int size, boolean arrays, float[] numbers, Arena arena) {
        Parameter.Builder parameter = Parameter.builder(memory(size, arrays, numbers, arena),
                memory(size, arrays, numbers, arena)).valuesType(values).gradientType(values);
        if (values != DType.FLOAT32) {
            parameter.rounding(Rounding.STOCHASTIC);
        }
        OptimizerBuilder<?, ?> builder = switch (algorithm) {
            case ADAM -> Adam.builder();
            case NADAM -> NAdam.builder();
            case SGD -> SGD.builder().momentum(0.9);
            case LION -> Lion.builder();
        };
        builder.parameter(parameter.build()).stateType(state).backend(Backend.named("java"));
        builder.sequential();
        return builder.build();
    }

    private MemorySegment memory(int size, boolean arrays, float[] numbers, Arena arena) {
        MemorySegment memory;
        if (!arrays) {
            memory = arena.allocate((long) size * values.bytes(), 64);
        } else if (values == DType.FLOAT32) {
            memory = MemorySegment.ofArray(new float[size]);
        } else {
            memory = MemorySegment.ofArray(new short[size]);
        }
        for (int i = 0; i < size; i++) {
            float x = numbers[i];
            switch (values) {
                case FLOAT32 -> memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, x);
                case BFLOAT16 -> memory.setAtIndex(ValueLayout.JAVA_SHORT, i,
                        (short) (Float.floatToRawIntBits(x) >>> 16));
                case FLOAT16 -> memory.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(x));
            }
        }
        return memory;
    }
}
