package io.radam.bench.fallback;

import io.radam.DType;
import io.radam.Optimizer;
import io.radam.StateType;
import io.radam.bench.Inputs;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Rates of the backend {@code java} by one thread, for every algorithm and type, over native memory and over arrays, as
 * shares of the rate of a plain loop over arrays of floats. Everything runs in one JVM, in turn: so the compiler has
 * met all algorithms, types and kinds of memory, as in a program that uses them. Arguments: sizes.
 */
public final class FallbackRates {
    private static final Logger LOGGER = Logger.getLogger("io.radam");
    private static final int ROUNDS = 31;
    private static final long WARM_UP_NANOS = 500_000_000L;
    /** Parameters that are stepped between two looks at the clock, at least. */
    private static final int AT_ONCE = 200_000;

    private static final List<Storage> STORAGES = List.of(
            new Storage(DType.FLOAT32, StateType.FLOAT32), new Storage(DType.FLOAT32, StateType.BFLOAT16),
            new Storage(DType.FLOAT32, StateType.BLOCK8), new Storage(DType.BFLOAT16, StateType.FLOAT32),
            new Storage(DType.FLOAT16, StateType.FLOAT32), new Storage(DType.BFLOAT16, StateType.BLOCK8));

    private FallbackRates() {
    }

    /** What is measured: its first contestant is the plain loop. */
    private record Contestant(String name, Runnable step, double[] nanos) {
        void measure(int round, int size) {
            int repetitions = Math.max(1, AT_ONCE / size);
            long begin = System.nanoTime();
            for (int i = 0; i < repetitions; i++) {
                step.run();
            }
            nanos[round] = (double) (System.nanoTime() - begin) / repetitions / size;
        }

        void warmUp() {
            long end = System.nanoTime() + WARM_UP_NANOS;
            while (System.nanoTime() < end) {
                step.run();
            }
        }
    }

    /** Prints a line for each. */
    public static void main(String[] sizes) {
        LOGGER.setLevel(Level.WARNING);
        // Everything is met once before anything is measured.
        for (PlainLoop algorithm : PlainLoop.values()) {
            measure(algorithm, 1024, false);
        }
        System.out.println("algorithm values state memory size: million parameters a second, share of the plain loop");
        for (String size : sizes) {
            for (PlainLoop algorithm : PlainLoop.values()) {
                measure(algorithm, Integer.parseInt(size), true);
            }
        }
    }

    private static void measure(PlainLoop algorithm, int size, boolean prints) {
        float[] numbers = Inputs.gradients(size, 1);
        float[] values = numbers.clone();
        float[] first = new float[size];
        float[] second = new float[size];
        List<Contestant> contestants = new ArrayList<>();
        contestants.add(new Contestant(algorithm + " plain loop " + size,
                () -> algorithm.step(values, numbers, first, second), new double[ROUNDS]));
        List<Optimizer> optimizers = new ArrayList<>();
        try (Arena arena = Arena.ofShared()) {
            for (Storage storage : STORAGES) {
                for (boolean arrays : new boolean[] {false, true}) {
                    Optimizer optimizer = storage.optimizer(algorithm, size, arrays, numbers, arena);
                    optimizers.add(optimizer);
                    contestants.add(new Contestant(String.join(" ", algorithm.toString(), storage.values().toString(),
                            storage.state().toString(), arrays ? "arrays" : "native", Integer.toString(size)),
                            optimizer::step, new double[ROUNDS]));
                }
            }
            contestants.forEach(Contestant::warmUp);
            for (int round = 0; round < ROUNDS; round++) {
                for (Contestant contestant : contestants) {
                    contestant.measure(round, size);
                }
            }
        } finally {
            optimizers.forEach(Optimizer::close);
        }
        if (prints) {
            contestants.forEach(contestant -> print(contestant, contestants.getFirst()));
        }
    }

    /** Medians: of the rates, and of the shares within a round. */
    private static void print(Contestant contestant, Contestant plain) {
        double[] shares = new double[ROUNDS];
        Arrays.setAll(shares, round -> plain.nanos[round] / contestant.nanos[round]);
        System.out.printf("%s: %.0f, %.2f%n", contestant.name, 1000 / median(contestant.nanos), median(shares));
    }

    private static double median(double[] numbers) {
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
