package io.radam.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The time of one step, by implementation, work and threads. JMH itself always runs one thread: a
 * step is one thread's call, and fans out inside.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StepBenchmark {
    @Param("java-array")
    String implementation;

    @Param("1024/1")
    String work;

    @Param("1")
    int threads;

    /** What is stepped. */
    protected Training training;

    /** Prepares and checks; what computes something else is not timed. */
    @Setup
    public void create() {
        training = Check.created(Implementations.named(implementation), Work.named(work), threads);
    }

    /** What is timed. */
    @Benchmark
    public void step() {
        training.step();
    }

    /** Frees the memory. */
    @TearDown
    public void close() {
        training.close();
    }
}
