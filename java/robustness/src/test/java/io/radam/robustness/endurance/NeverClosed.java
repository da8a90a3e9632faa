package io.radam.robustness.endurance;

import io.radam.Adam;
import io.radam.Lion;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.RAdam;
import io.radam.SGD;
import io.radam.StateType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/** Forgets optimizers of several kinds, each made by a method of its own, and waits until their state is freed. */
final class NeverClosed {
    /** The number of kinds. */
    static final int KINDS = 6;

    private NeverClosed() {
    }

    public static void main(String[] arguments) throws InterruptedException {
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            List<MemorySegment> states = new ArrayList<>(List.of(forget(kind0()), forget(kind1()), forget(kind2(pool)),
                    forget(kind3()), forget(kind4()), forget(kind5())));
            for (int i = 0; i < 10_000 && states.stream().anyMatch(state -> state.scope().isAlive()); i++) {
                System.gc();
                Thread.sleep(50);
            }
            boolean freed = states.stream().noneMatch(state -> state.scope().isAlive());
            System.out.println(freed ? "all are freed" : "some are not freed");
        }
    }

    /** A view of the state, which does not keep it. */
    private static MemorySegment forget(Optimizer optimizer) {
        optimizer.step();
        Parameter parameter = optimizer.groups().getLast().parameters().getFirst();
        return optimizer.state(parameter).buffers().values().iterator().next().elements();
    }

    private static Parameter arrays(int length) {
        return Parameter.of(new float[length], new float[length]);
    }

    private static Parameter inNativeMemory(int length) {
        Arena arena = Arena.ofAuto();
        return Parameter.of(arena.allocate(4L * length, 4), arena.allocate(4L * length, 4));
    }

    private static Optimizer kind0() {
        return RAdam.builder().parameter(arrays(10)).sequential().build();
    }

    /** On the common pool, with state on huge pages. */
    private static Optimizer kind1() {
        return Adam.builder().parameter(inNativeMemory(1_000_000)).build();
    }

    private static Optimizer kind2(ForkJoinPool pool) {
        return Adam.builder().parameter(inNativeMemory(300_000)).pool(pool).build();
    }

    private static Optimizer kind3() {
        return Lion.builder().stateType(StateType.BLOCK8).parameter(arrays(3000)).build();
    }

    /** Whose parameters came later. */
    private static Optimizer kind4() {
        Optimizer optimizer = SGD.builder().momentum(0.9).parametersLater().build();
        optimizer.add(optimizer.groups().getFirst(), arrays(100));
        return optimizer;
    }

    /** Whose snapshot and state were taken, and whose statistics were computed. */
    private static Optimizer kind5() {
        Optimizer optimizer = RAdam.builder().parameter(arrays(50)).build();
        optimizer.gradientStatistics();
        optimizer.restore(optimizer.snapshot());
        return optimizer;
    }
}
