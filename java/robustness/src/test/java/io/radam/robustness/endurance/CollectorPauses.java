package io.radam.robustness.endurance;

import io.radam.Backend;
import io.radam.DType;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.RAdam;
import io.radam.Rounding;
import io.radam.StateType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Forces collections while another thread works on arrays. How long the collector has to wait for that thread is what
 * {@code -Xlog:safepoint} says. The first argument is what the thread does: {@code none}, {@code java} (a loop of
 * Java over the arrays, as a control), or one of the uses of an optimizer below. The second is the number of elements
 * of the arrays, the third how many seconds.
 */
final class CollectorPauses {
    private static final AtomicBoolean STOP = new AtomicBoolean();
    private static volatile Object garbage;
    private static volatile float sink;

    private CollectorPauses() {
    }

    public static void main(String[] arguments) throws InterruptedException {
        int length = Integer.parseInt(arguments[1]);
        Thread worker = Thread.ofPlatform().start(() -> work(arguments[0], length));
        Thread.sleep(2000); // the loops are compiled by then
        System.out.println("measured from here");
        long end = System.nanoTime() + (long) (1e9 * Double.parseDouble(arguments[2]));
        while (System.nanoTime() < end) {
            byte[][] some = new byte[64][];
            Arrays.setAll(some, i -> new byte[1000]);
            garbage = some;
            System.gc();
            Thread.sleep(1);
        }
        STOP.set(true);
        worker.join();
    }

    private static void work(String what, int length) {
        float[] values = new float[length];
        float[] gradient = new float[length];
        Arrays.fill(gradient, 0.01f);
        Parameter.Builder parameter =
                Parameter.builder(MemorySegment.ofArray(values), MemorySegment.ofArray(gradient));
        if (what.equals("copies")) {
            parameter.copy(MemorySegment.ofArray(new short[length]), DType.BFLOAT16);
        } else if (what.equals("mixed")) {
            parameter = Parameter.builder(MemorySegment.ofArray(new short[length]), MemorySegment.ofArray(gradient))
                    .valuesType(DType.BFLOAT16).rounding(Rounding.STOCHASTIC)
                    .average(MemorySegment.ofArray(new float[length]), 0.99);
        }
        RAdam.Builder builder = RAdam.builder().parameter(parameter.build());
        if (what.equals("mixed")) {
            builder.stateType(StateType.BLOCK8).stateRounding(Rounding.STOCHASTIC);
        }
        if (!what.equals("threads")) {
            builder.sequential();
        }
        if (what.equals("fallback")) {
            builder.backend(Backend.named("java"));
        }
        try (Optimizer optimizer = builder.build()) {
            Runnable use = switch (what) {
                case "none" -> () -> sleep();
                case "java" -> () -> add(values, gradient);
                case "step", "mixed", "threads", "fallback" -> optimizer::step;
                case "statistics" -> optimizer::gradientStatistics;
                case "zero" -> optimizer::zeroGradients;
                case "copies" -> optimizer::writeCopies;
                case "snapshot" -> optimizer::snapshot;
                case "build" -> () -> RAdam.builder().parametersLater().parameter(Parameter.of(values)).build().close();
                default -> throw new IllegalArgumentException(what);
            };
            while (!STOP.get()) {
                use.run();
            }
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Short loops, so that the thread can stop at any time whatever the collector. */
    private static void add(float[] values, float[] gradient) {
        for (int from = 0; from < values.length; from += 1024) {
            addPiece(values, gradient, from, Math.min(values.length, from + 1024));
        }
        sink = values[0];
    }

    private static void addPiece(float[] values, float[] gradient, int from, int to) {
        for (int i = from; i < to; i++) {
            values[i] += gradient[i];
        }
    }
}
