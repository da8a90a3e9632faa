package io.radam.child;

import io.radam.Adam;
import io.radam.Optimizer;
import io.radam.Parameter;
import java.lang.foreign.MemorySegment;

/** A program that does not close its optimizer. */
public final class Forgotten {
    private Forgotten() {
    }

    /**
     * Prints whether the state is freed nevertheless.
     *
     * @param arguments none
     * @throws InterruptedException never
     */
    public static void main(String[] arguments) throws InterruptedException {
        MemorySegment state = forget();
        for (int i = 0; i < 5000 && state.scope().isAlive(); i++) {
            System.gc();
            Thread.sleep(50);
        }
        System.out.println("freed=" + !state.scope().isAlive());
    }

    /** A view of the state, which does not keep it. */
    private static MemorySegment forget() {
        Parameter parameter = Parameter.of(new float[10], new float[10]);
        Optimizer forgotten = Adam.builder().parameter(parameter).build();
        forgotten.step();
        return forgotten.state(parameter).buffer("exp_avg").elements();
    }
}
