package io.radam.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The time of an epoch of training, steps and all else. Each iteration has a new network: one that has learnt all of these
 * few images has gradients of zero, and its state decays to subnormal numbers, which take many times as long.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EpochBenchmark {
    @Param("libtorch")
    String implementation;

    @Param("digits")
    String work;

    @Param("1")
    int threads;

    private NetworkTrainer.Epochs epochs;

    /** Prepares and checks; what does not learn is not timed. */
    @Setup(Level.Iteration)
    public void create() {
        epochs = checked((NetworkTrainer) Implementations.named(implementation), work, threads);
    }

    /**
     * Trains for two epochs.
     *
     * @throws IllegalStateException if the loss does not fall
     */
    static NetworkTrainer.Epochs checked(NetworkTrainer trainer, String network, int threads) {
        NetworkTrainer.Epochs epochs = trainer.train(network, threads);
        double first = epochs.run();
        double last = epochs.run();
        // Also where it is not a number.
        if (!(last < first)) {
            epochs.close();
            throw new IllegalStateException(trainer.name() + " has not learnt: the loss went from " + first + " to "
                    + last + ". Nothing was timed.");
        }
        return epochs;
    }

    /** What is timed. */
    @Benchmark
    public double epoch() {
        return epochs.run();
    }

    /** Frees the memory. */
    @TearDown(Level.Iteration)
    public void close() {
        epochs.close();
    }
}
