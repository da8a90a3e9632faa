package io.radam.bench;

import java.util.List;

/**
 * How much is measured. The system property {@code bench.setting} names one of these; all that can be set is:
 *
 * <ul>
 * <li>{@code bench.setting}: {@code smoke}, {@code short} (the default) or {@code long}
 * <li>{@code bench.rounds}: another number of rounds than the setting has
 * <li>{@code bench.implementations}: a list of names, separated by commas, to measure only these; the best native
 *     target, which the others are compared with, is measured in any case
 * <li>{@code bench.output}: the folder for the report
 * </ul>
 *
 * @param rounds         how often each point is measured, in turn with all others
 * @param sizesOneThread numbers of parameters that one thread steps
 * @param sizesAllThreads numbers of parameters that all threads share
 * @param largestForSlow slow implementations are left out above this number of parameters
 * @param tensorTotal    how many parameters are divided into {@code tensorCounts} tensors
 * @param times          of a point in a round
 * @param minutes        no further round begins when it would end later; peers get three times as long
 */
record Settings(String name, int rounds, List<Integer> sizesOneThread, List<Integer> sizesAllThreads,
                int largestForSlow, int tensorTotal, List<Integer> tensorCounts, Times times, int minutes) {

    /**
     * How long a point is measured in a round.
     *
     * @param warmups iterations that do not count, for the compiler
     */
    record Times(int warmups, int warmupMillis, int iterations, int iterationMillis) {
    }

    private static final int K = 1 << 10;
    private static final int M = 1 << 20;

    /** The setting that the system properties ask for. */
    static Settings chosen() {
        Settings settings = named(System.getProperty("bench.setting", "short"));
        String rounds = System.getProperty("bench.rounds", "");
        return rounds.isBlank() ? settings : settings.withRounds(Integer.parseInt(rounds));
    }

    private Settings withRounds(int number) {
        if (number < 1) {
            throw new IllegalArgumentException("bench.rounds is at least 1, not " + number);
        }
        return new Settings(name, number, sizesOneThread, sizesAllThreads, largestForSlow, tensorTotal, tensorCounts,
                times, minutes);
    }

    static Settings named(String name) {
        return switch (name) {
            // Shows that everything works; the figures mean nothing.
            case "smoke" -> new Settings(name, 1, List.of(K), List.of(256 * K), K, 100_000, List.of(1, 1000),
                    new Times(1, 50, 2, 50), 8);
            case "short" -> new Settings(name, 3, List.of(K, 64 * K, M, 16 * M), List.of(64 * K, M, 16 * M),
                    64 * K, 1_000_000,
                    List.of(1, 10, 100, 1000, 10_000), new Times(2, 250, 3, 100), 8);
            // Figures to publish.
            case "long" -> new Settings(name, 7, List.of(K, 4 * K, 16 * K, 64 * K, 256 * K, M, 4 * M, 16 * M, 64 * M),
                    List.of(64 * K, 256 * K, M, 4 * M, 16 * M, 64 * M), 64 * M, 1_000_000,
                    List.of(1, 10, 100, 1000, 10_000), new Times(2, 500, 5, 500), 24 * 60);
            default -> throw new IllegalArgumentException("bench.setting is smoke, short or long, not " + name);
        };
    }
}
