package io.radam.bench.implementation;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.radam.bench.Inputs;
import io.radam.bench.Training;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Parameters, gradients and moments in native memory, stepped by a Java kernel. */
final class SegmentTraining implements Training {
    /** A cache line. */
    static final int ALIGNMENT = 64;

    /** Updates the elements {@code from <= i < to}. */
    interface Kernel {
        void step(int from, int to, AdamCoefficients c, MemorySegment values, MemorySegment gradients,
                MemorySegment expAvg, MemorySegment expAvgSq);
    }

    private final Arena arena = Arena.ofShared();
    private final int size;
    private final MemorySegment values;
    private final MemorySegment gradients;
    private final MemorySegment expAvg;
    private final MemorySegment expAvgSq;
    private final Ranges ranges;
    private AdamCoefficients coefficients;
    private long steps;

    SegmentTraining(int size, int threads, Kernel kernel) {
        this.size = size;
        values = allocate();
        gradients = allocate();
        expAvg = allocate();
        expAvgSq = allocate();
        MemorySegment.copy(Inputs.values(size), 0, values, JAVA_FLOAT, 0, size);
        ranges = new Ranges(size, threads, (from, to) ->
                kernel.step(from, to, coefficients, values, gradients, expAvg, expAvgSq));
    }

    private MemorySegment allocate() {
        return arena.allocate(size * JAVA_FLOAT.byteSize(), ALIGNMENT);
    }

    @Override
    public void setGradients(float[] from) {
        MemorySegment.copy(from, 0, gradients, JAVA_FLOAT, 0, size);
    }

    @Override
    public void step() {
        coefficients = AdamCoefficients.at(++steps);
        ranges.run();
    }

    @Override
    public float[] parameters() {
        return values.toArray(JAVA_FLOAT);
    }

    @Override
    public void close() {
        arena.close();
    }
}
