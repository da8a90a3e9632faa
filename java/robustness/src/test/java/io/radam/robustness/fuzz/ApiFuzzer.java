package io.radam.robustness.fuzz;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** Makes sequences of calls at random and, where one goes wrong, looks for the shortest that does. */
final class ApiFuzzer {
    private static final int LONGEST = 1000;

    /** By the kinds of calls: those that succeeded, and those that threw. */
    final Map<String, long[]> count = new TreeMap<>();

    /**
     * Makes sequences for some seconds.
     *
     * @throws AssertionError if one went wrong, with the calls of the shortest one
     */
    ApiFuzzer run(long seed, long seconds) {
        long end = System.nanoTime() + seconds * 1_000_000_000;
        for (long i = 0; System.nanoTime() < end; i++) {
            long[] numbers = numbers(seed, i);
            try {
                Sequence.run(numbers, count);
            } catch (AssertionError e) {
                throw shortest(numbers, e, "seed " + seed + ", sequence " + i);
            }
        }
        return this;
    }

    private static long[] numbers(long seed, long sequence) {
        SplittableRandom random = new SplittableRandom(seed ^ sequence * 0x9e3779b97f4a7c15L);
        return random.longs(1 + random.nextInt(2, LONGEST)).toArray();
    }

    /** Leaves out calls for as long as the rest goes wrong. */
    private static AssertionError shortest(long[] numbers, AssertionError error, String which) {
        long[] shortest = numbers;
        AssertionError last = error;
        for (int part = numbers.length / 2; part > 0; part /= 2) {
            for (int begin = 1; begin + part <= shortest.length;) {
                long[] rest = LongStream.concat(Arrays.stream(shortest, 0, begin),
                        Arrays.stream(shortest, begin + part, shortest.length)).toArray();
                try {
                    Sequence.run(rest, new HashMap<>());
                    begin += part;
                } catch (AssertionError e) {
                    shortest = rest;
                    last = e;
                }
            }
        }
        return new AssertionError(which + ", calls " + Arrays.toString(shortest) + ":\n" + last.getMessage(),
                last.getCause());
    }

    /** All calls. */
    long calls() {
        return count.values().stream().flatMapToLong(Arrays::stream).sum();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(calls() + " calls:");
        count.forEach((kind, n) -> text.append("\n").append(kind).append(": ").append(n[0]).append(" succeeded, ")
                .append(n[1]).append(" threw"));
        return text.toString();
    }

    /** Runs in a process of its own: seed and seconds. */
    public static void main(String[] arguments) {
        System.out.println(new ApiFuzzer().run(Long.parseLong(arguments[0]), Long.parseLong(arguments[1])));
    }
}
