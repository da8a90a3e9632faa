package io.radam.bench;

import io.radam.Adam;
import io.radam.Optimizer;
import io.radam.Parameter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What it costs, for each parameter, that its gradient is somewhere else in every step, as autograd has it. There are two
 * gradients for each parameter, with the same numbers, which are bound in turn.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BindBenchmark {
    /** How many parameters there are. */
    public static final int PARAMETERS = 1000;
    /** How many elements each has: so few that binding shows. */
    public static final int SIZE = 16;

    private final Arena arena = Arena.ofShared();
    private final Parameter[] parameters = new Parameter[PARAMETERS];
    private final MemorySegment[][] gradients = new MemorySegment[2][PARAMETERS];
    private Optimizer optimizer;
    private int turn;

    /** Makes the optimizer. */
    @Setup
    public void prepare() {
        MemorySegment values = MemorySegment.ofArray(Inputs.values(SIZE));
        MemorySegment numbers = MemorySegment.ofArray(Inputs.gradients(SIZE, 1));
        Adam.Builder builder = Adam.builder().sequential();
        for (int i = 0; i < PARAMETERS; i++) {
            for (MemorySegment[] these : gradients) {
                these[i] = allocate().copyFrom(numbers);
            }
            parameters[i] = Parameter.of(allocate().copyFrom(values), gradients[0][i]);
            builder.parameter(parameters[i]);
        }
        optimizer = builder.build();
    }

    private MemorySegment allocate() {
        return arena.allocate((long) SIZE * Float.BYTES, 64);
    }

    /** A step with the gradients of the step before. */
    @Benchmark
    @OperationsPerInvocation(PARAMETERS)
    public void step() {
        optimizer.step();
    }

    /** The other gradients, and a step with them. */
    @Benchmark
    @OperationsPerInvocation(PARAMETERS)
    public void bindAndStep() {
        turn = 1 - turn;
        MemorySegment[] these = gradients[turn];
        for (int i = 0; i < PARAMETERS; i++) {
            optimizer.bind(parameters[i], these[i]);
        }
        optimizer.step();
    }

    /** The elements of a parameter. */
    float[] values(int parameter) {
        return parameters[parameter].values().toArray(ValueLayout.JAVA_FLOAT);
    }

    /** The gradient that is bound to a parameter. */
    MemorySegment bound(int parameter) {
        return optimizer.gradient(parameters[parameter]);
    }

    /** Frees the memory. */
    @TearDown
    public void close() {
        optimizer.close();
        arena.close();
    }
}
