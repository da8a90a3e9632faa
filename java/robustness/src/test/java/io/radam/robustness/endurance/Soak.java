package io.radam.robustness.endurance;

import io.radam.Adam;
import io.radam.AdamW;
import io.radam.Lion;
import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.Parameter;
import io.radam.RAdam;
import io.radam.SGD;
import io.radam.StateType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;

/**
 * Runs for long, and says what the process has meanwhile: {@code steps <number>} makes small steps, {@code mixed
 * <seconds> <folder>} uses all of the library. Prints lines of {@code <seconds> <resident KiB> <files> <threads>
 * <mappings>}, and last what was done.
 */
final class Soak {
    private static final long BLOCK = 10_000;

    private final long start = System.nanoTime();
    private double printed = -1;

    private Soak() {
    }

    public static void main(String[] arguments) throws IOException {
        Soak soak = new Soak();
        if (arguments[0].equals("steps")) {
            soak.steps(Long.parseLong(arguments[1]));
        } else {
            soak.mixed(Long.parseLong(arguments[1]), Path.of(arguments[2]));
        }
    }

    private double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    /** Prints what the process has, ten times a second in the first minutes and later once. */
    private void sample() throws IOException {
        double now = seconds();
        if (now - printed < (now < 200 ? 0.1 : 1)) {
            return;
        }
        printed = now;
        // What only the collector frees, such as optimizers that were left open, is not to depend on when it last ran.
        System.gc();
        Self self = Self.now();
        System.out.printf(Locale.ROOT, "%.1f %d %d %d %d%n", now, self.residentKib(), self.files(), self.threads(),
                self.mappings());
    }

    /** Steps of optimizers of all algorithms and types of state, each of 16 numbers. */
    private void steps(long number) throws IOException {
        List<Optimizer> optimizers = new ArrayList<>();
        for (StateType type : StateType.values()) {
            for (Supplier<OptimizerBuilder<?, ?>> builder : List.<Supplier<OptimizerBuilder<?, ?>>>of(RAdam::builder,
                    Adam::builder, AdamW::builder, SGD::builder, Lion::builder)) {
                OptimizerBuilder<?, ?> made = builder.get();
                made.parameter(Parameter.of(new float[16], new float[16])).stateType(type);
                made.sequential();
                optimizers.add(made.build());
            }
        }
        long done = 0;
        while (done < number) {
            for (Optimizer optimizer : optimizers) {
                for (int i = 0; i < BLOCK; i++) {
                    optimizer.step();
                }
                done += BLOCK;
            }
            sample();
        }
        optimizers.forEach(Optimizer::close);
        System.out.printf(Locale.ROOT, "%d steps%n", done);
    }

    /** Samples are taken between trainings, when no optimizer is open. */
    private void mixed(long seconds, Path folder) throws IOException {
        try (ForkJoinPool shared = new ForkJoinPool(2)) {
            MixedUse use = new MixedUse(1, folder, shared);
            while (seconds() < seconds) {
                use.train();
                sample();
            }
            System.out.printf(Locale.ROOT, "%d trainings, %d steps%n", use.trainings(), use.steps());
        }
    }
}
