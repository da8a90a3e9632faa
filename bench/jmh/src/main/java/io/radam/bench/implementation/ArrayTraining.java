package io.radam.bench.implementation;

import io.radam.bench.Inputs;
import io.radam.bench.Training;
import java.util.function.LongFunction;

/** Parameters, gradients and moments in arrays, stepped by a Java kernel. */
final class ArrayTraining implements Training {
    /** Updates the elements {@code from <= i < to}. */
    interface Kernel {
        void step(int from, int to, AdamCoefficients c, float[] values, float[] gradients, float[] expAvg,
                float[] expAvgSq);
    }

    private final float[] values;
    private final float[] gradients;
    private final float[] expAvg;
    private final float[] expAvgSq;
    private final Ranges ranges;
    private final LongFunction<AdamCoefficients> schedule;
    private AdamCoefficients coefficients;
    private long steps;

    /** @param schedule the coefficients of a step, for the kernel */
    ArrayTraining(int size, int threads, LongFunction<AdamCoefficients> schedule, Kernel kernel) {
        this.schedule = schedule;
        values = Inputs.values(size);
        gradients = new float[size];
        expAvg = new float[size];
        expAvgSq = new float[size];
        ranges = new Ranges(size, threads, (from, to) ->
                kernel.step(from, to, coefficients, values, gradients, expAvg, expAvgSq));
    }

    @Override
    public void setGradients(float[] from) {
        System.arraycopy(from, 0, gradients, 0, gradients.length);
    }

    @Override
    public void step() {
        coefficients = schedule.apply(++steps);
        ranges.run();
    }

    @Override
    public float[] parameters() {
        return values.clone();
    }

    @Override
    public void close() {
        // Left to the garbage collector.
    }
}
