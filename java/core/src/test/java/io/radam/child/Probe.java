package io.radam.child;

import io.radam.Backend;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.RAdam;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** What a program that uses the library sees; run in a JVM of its own, whose settings are what is tested. */
public final class Probe {
    private static final int LENGTH = 70_001;

    private Probe() {
    }

    /**
     * Prints which backend is preferred and why, and what it computes.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        try {
            Backend backend = Backend.preferred();
            print("backend", backend.name());
            print("reason", backend.reason());
            print("same", backend == Backend.preferred());
            print("available", String.join(",", Backend.available().stream().map(Backend::name).toList()));
            print("bits", bits(backend));
        } catch (RuntimeException | Error e) {
            print("thrown", e.getClass().getName());
            print("message", e.getMessage());
            print("again", again());
        }
    }

    /** The result of a second call, whose error must not be a NoClassDefFoundError. */
    private static String again() {
        try {
            return Backend.preferred().name();
        } catch (RuntimeException | Error e) {
            return e.getMessage();
        }
    }

    private static void print(String what, Object value) {
        System.out.println(what + "=" + value);
    }

    /**
     * The bits that a small training ends at, in confined memory and in arrays, and shared among threads.
     *
     * @param backend what computes it
     * @return a digest
     */
    public static int bits(Backend backend) {
        float[] values = numbers(1);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocateFrom(ValueLayout.JAVA_FLOAT, numbers(2));
            MemorySegment gradient = arena.allocateFrom(ValueLayout.JAVA_FLOAT, numbers(3)).asReadOnly();
            try (Optimizer optimizer = RAdam.builder().backend(backend).weightDecay(0.01)
                    .parameter(Parameter.of(values, numbers(4)))
                    .parameter(Parameter.of(segment, gradient))
                    .build()) {
                for (int i = 0; i < 8; i++) {
                    optimizer.step();
                }
            }
            return 31 * Arrays.hashCode(values) + Arrays.hashCode(segment.toArray(ValueLayout.JAVA_FLOAT));
        }
    }

    private static float[] numbers(int seed) {
        float[] numbers = new float[LENGTH];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) Math.sin(seed + i);
        }
        return numbers;
    }
}
