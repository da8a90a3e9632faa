package io.radam.robustness.endurance;

import io.radam.Adam;
import io.radam.Lion;
import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.Parameter;
import io.radam.RAdam;
import io.radam.StateType;
import io.radam.checkpoint.Checkpoint;
import io.radam.checkpoint.CheckpointFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.ForkJoinPool;

/**
 * Opens and closes optimizers, and prints what the process has after a fifth of them and after all. Arguments: the
 * number, and a file for checkpoints.
 */
final class OpenedAndClosed {
    private OpenedAndClosed() {
    }

    public static void main(String[] arguments) throws IOException {
        int number = Integer.parseInt(arguments[0]);
        Path file = Path.of(arguments[1]);
        try (ForkJoinPool shared = new ForkJoinPool(2)) {
            for (int i = 1; i <= number; i++) {
                use(i, shared, file);
                if (i == number / 5 || i == number) {
                    print();
                }
            }
        }
    }

    private static void use(int i, ForkJoinPool shared, Path file) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            OptimizerBuilder<?, ?> builder = switch (i % 3) {
                case 0 -> RAdam.builder();
                case 1 -> Adam.builder();
                default -> Lion.builder();
            };
            builder.stateType(StateType.values()[i % 3]);
            // Every 64th is on huge pages.
            int length = i % 64 == 0 ? 600_000 : 1000;
            builder.parameter(Parameter.of(new float[1000], new float[1000]));
            builder.parameter(Parameter.of(arena.allocate(4L * length, 4), arena.allocate(4L * length, 4)));
            if (i % 2 == 0) {
                builder.pool(shared);
            }
            try (Optimizer optimizer = builder.build()) {
                optimizer.step();
                optimizer.gradientStatistics();
                if (i % 20 == 0) {
                    Checkpoint.write(file, optimizer);
                    try (CheckpointFile read = Checkpoint.read(file)) {
                        read.verify();
                        read.restore(optimizer);
                    }
                }
            }
        }
    }

    private static void print() throws IOException {
        System.gc();
        Self now = Self.now();
        System.out.printf(Locale.ROOT, "%d %d %d %d %d%n", now.residentKib(), now.files(), now.threads(), now.mappings(),
                now.mappedKib());
    }
}
