package io.radam.paper.variance;

import io.radam.Adam;
import io.radam.Optimizer;
import io.radam.Parameter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * Steps many parameters whose gradients are independent and normal, N(mean, 1), by this library's second-moment kernel,
 * and measures the variance of the adaptive learning rate, 1 / sqrt(v / (1 - beta2^t)), over the parameters.
 */
final class Simulation {
    static final double BETA2 = 0.999;

    /** Parameters that share a random generator, so that the numbers do not depend on the number of threads. */
    private static final int CHUNK = 4096;

    /** The variance after a step. */
    record Point(long step, double variance) {
    }

    private Simulation() {
    }

    /**
     * Measures after some steps.
     *
     * @param parameters a multiple of 4,096
     * @param at         steps, ascending
     * @param afterStep  is told each step
     */
    static List<Point> run(double mean, int parameters, long[] at, long seed, LongConsumer afterStep) {
        SplittableRandom seeds = new SplittableRandom(seed);
        SplittableRandom[] generators = new SplittableRandom[parameters / CHUNK];
        Arrays.setAll(generators, _ -> seeds.split());
        List<Point> points = new ArrayList<>();
        try (Arena arena = Arena.ofShared()) {
            MemorySegment values = arena.allocate(ValueLayout.JAVA_FLOAT, parameters);
            MemorySegment gradient = arena.allocate(ValueLayout.JAVA_FLOAT, parameters);
            Parameter parameter = Parameter.of(values, gradient);
            // Frozen steps move the second moment only.
            try (Optimizer optimizer = Adam.builder().betas(0.9, BETA2).frozenSteps(Long.MAX_VALUE)
                    .parameter(parameter).build()) {
                long last = at[at.length - 1];
                for (long step = 1; step <= last; step++) {
                    draw(generators, gradient, mean);
                    optimizer.step();
                    if (Arrays.binarySearch(at, step) >= 0) {
                        MemorySegment expAvgSq = optimizer.state(parameter).buffer("exp_avg_sq").elements();
                        points.add(new Point(step, variance(expAvgSq, 1 - Math.pow(BETA2, step))));
                    }
                    afterStep.accept(step);
                }
            }
        }
        return points;
    }

    private static void draw(SplittableRandom[] generators, MemorySegment gradient, double mean) {
        IntStream.range(0, generators.length).parallel().forEach(chunk -> {
            SplittableRandom random = generators[chunk];
            long begin = (long) chunk * CHUNK;
            for (int i = 0; i < CHUNK; i++) {
                gradient.setAtIndex(ValueLayout.JAVA_FLOAT, begin + i, (float) (mean + random.nextGaussian()));
            }
        });
    }

    /** In two passes: the variance may be a millionth of the squared mean. */
    private static double variance(MemorySegment expAvgSq, double biasCorrection2) {
        double[] rates = new double[(int) (expAvgSq.byteSize() / Float.BYTES)];
        Arrays.setAll(rates, i -> 1 / Math.sqrt(expAvgSq.getAtIndex(ValueLayout.JAVA_FLOAT, i) / biasCorrection2));
        double mean = Arrays.stream(rates).average().orElseThrow();
        return Arrays.stream(rates).map(rate -> (rate - mean) * (rate - mean)).sum() / (rates.length - 1);
    }
}
