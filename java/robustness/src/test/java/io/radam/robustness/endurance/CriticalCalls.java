package io.radam.robustness.endurance;

import io.radam.Backend;
import io.radam.DType;
import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.Parameter;
import io.radam.RAdam;
import io.radam.Rounding;
import io.radam.StateType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A program that measures how long the library's longest calls last in which the collector cannot stop a thread: over
 * arrays of as many elements as such a call takes, in main memory, on one thread and on several at once. Arguments: the
 * number of threads, and backends. What is measured is a whole step, or a whole pass of statistics, of one such array.
 */
final class CriticalCalls {
    /** Of one thread: more than caches hold. */
    private static final int ALL_ELEMENTS = 4_000_000;
    /** A processor may take a hundred cycles and more to compute with such numbers. */
    private static final float SUBNORMAL = 1e-40f;
    private static final int WARM_UP = 5;
    private static final int PASSES = 20;

    /** What is measured. MIXED is what takes the most time for an element. */
    private enum Use {
        FLOAT32, MIXED, STATISTICS;

        /** The elements of its longest call: as NativeKernel and StatisticsPass have them. */
        int elements(String backend) {
            return switch (this) {
                case FLOAT32 -> backend.equals("scalar") ? 256 : 2048;
                case MIXED -> backend.equals("scalar") ? 256 : 1024;
                case STATISTICS -> 8192;
            };
        }
    }

    private CriticalCalls() {
    }

    public static void main(String[] arguments) throws Exception {
        int threads = Integer.parseInt(arguments[0]);
        for (String backend : Arrays.asList(arguments).subList(1, arguments.length)) {
            for (Use use : Use.values()) {
                int elements = use.elements(backend);
                for (float unit : new float[] {1e-3f, SUBNORMAL}) {
                    long[] nanos = measure(backend, use, elements, unit, threads);
                    System.out.printf("%s, %s, gradients of %.0e, %d elements, %d threads: %d calls, median %.1f us, "
                            + "90 %% %.1f, 99 %% %.1f%n", backend, use, unit, elements, threads, nanos.length,
                            nanos[nanos.length / 2] / 1e3, nanos[nanos.length / 10 * 9] / 1e3,
                            nanos[nanos.length / 100 * 99] / 1e3);
                }
            }
        }
    }

    /** What each call took, in ascending order. */
    private static long[] measure(String backend, Use use, int elements, float unit, int threads) throws Exception {
        CyclicBarrier together = new CyclicBarrier(threads);
        List<Future<long[]>> all = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < threads; i++) {
                all.add(executor.submit(() -> run(Backend.named(backend), use, elements, unit, together)));
            }
        }
        return all.stream().map(Future::resultNow).flatMapToLong(Arrays::stream).sorted().toArray();
    }

    private static Optimizer optimizer(Backend backend, Use use, int elements, float unit) {
        MemorySegment gradient = MemorySegment.ofArray(new float[elements]);
        for (int i = 0; i < elements; i++) {
            gradient.setAtIndex(ValueLayout.JAVA_FLOAT, i, unit * (i % 77 - 38));
        }
        OptimizerBuilder<?, ?> builder = RAdam.builder().backend(backend).sequential();
        if (use == Use.MIXED) {
            builder.stateType(StateType.BLOCK8).stateRounding(Rounding.STOCHASTIC);
            builder.parameter(Parameter.builder(MemorySegment.ofArray(new short[elements]), gradient)
                    .valuesType(DType.BFLOAT16).rounding(Rounding.STOCHASTIC)
                    .average(MemorySegment.ofArray(new float[elements]), 0.99).build());
        } else {
            builder.parameter(Parameter.of(MemorySegment.ofArray(new float[elements]), gradient));
        }
        return builder.build();
    }

    private static long[] run(Backend backend, Use use, int elements, float unit,
            CyclicBarrier together) throws Exception {
        List<Optimizer> optimizers = new ArrayList<>();
        for (int i = 0; i < ALL_ELEMENTS / elements; i++) {
            optimizers.add(optimizer(backend, use, elements, unit));
        }
        long[] nanos = new long[optimizers.size() * PASSES];
        for (int pass = -WARM_UP; pass < PASSES; pass++) {
            together.await();
            for (int i = 0; i < optimizers.size(); i++) {
                Optimizer optimizer = optimizers.get(i);
                long start = System.nanoTime();
                if (use == Use.STATISTICS) {
                    optimizer.gradientStatistics();
                } else {
                    optimizer.step();
                }
                if (pass >= 0) {
                    nanos[pass * optimizers.size() + i] = System.nanoTime() - start;
                }
            }
        }
        optimizers.forEach(Optimizer::close);
        return nanos;
    }
}
