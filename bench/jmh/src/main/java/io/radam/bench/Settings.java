package io.radam.bench;

import io.radam.bench.Point.Suite;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How much is measured. The system property {@code bench.setting} names one of these; all that can be set is:
 *
 * <ul>
 * <li>{@code bench.setting}: {@code smoke}, {@code short} (the default) or {@code long}
 * <li>{@code bench.rounds}: another number of rounds than the setting has
 * <li>{@code bench.implementations}: a list of names, separated by commas, to measure only these; the best native
 *     target, which the others are compared with, is measured in any case
 * <li>{@code bench.suites}: a list of suites, separated by commas, to measure these; see {@link Suite}. Those of
 *     frameworks take long, and are measured only if they are named, or in the long setting
 * <li>{@code bench.output}: the folder for the report
 * </ul>
 *
 * @param rounds         how often each point is measured, in turn with all others
 * @param sizesOneThread numbers of parameters that one thread steps
 * @param sizesAllThreads numbers of parameters that all threads share
 * @param largestForSlow slow implementations are left out above this number of parameters
 * @param tensorTotal    how many parameters are divided into {@code tensorCounts} tensors
 * @param models         names of the {@linkplain Work works} that are stepped as users of frameworks step them
 * @param networks       names of the networks that are trained
 * @param suites         the ones to measure
 * @param times          of a point in a round
 * @param minutes        no further round begins when it would end later; peers get three times as long
 */
record Settings(String name, int rounds, List<Integer> sizesOneThread, List<Integer> sizesAllThreads,
                int largestForSlow, int tensorTotal, List<Integer> tensorCounts, List<String> models, List<String> networks,
                Set<Suite> suites, Times times, int minutes) {

    /**
     * How long a point is measured in a round.
     *
     * @param warmups iterations that do not count, for the compiler
     */
    record Times(int warmups, int warmupMillis, int iterations, int iterationMillis) {
    }

    private static final Set<Suite> OF_STEPS = Arrays.stream(Suite.values())
            .filter(suite -> !suite.isOfFrameworks()).collect(Collectors.toUnmodifiableSet());
    private static final int K = 1 << 10;
    private static final int M = 1 << 20;

    /** The setting that the system properties ask for. */
    static Settings chosen() {
        Settings settings = named(System.getProperty("bench.setting", "short"));
        String rounds = System.getProperty("bench.rounds", "");
        Set<Suite> suites = suites(System.getProperty("bench.suites", ""));
        return settings.with(rounds.isBlank() ? settings.rounds : Integer.parseInt(rounds),
                suites.isEmpty() ? settings.suites : suites);
    }

    private Settings with(int number, Set<Suite> only) {
        if (number < 1) {
            throw new IllegalArgumentException("bench.rounds is at least 1, not " + number);
        }
        return new Settings(name, number, sizesOneThread, sizesAllThreads, largestForSlow, tensorTotal, tensorCounts,
                models, networks, only, times, minutes);
    }

    /** The suites of a list of names. */
    static Set<Suite> suites(String names) {
        Set<Suite> suites = EnumSet.noneOf(Suite.class);
        for (String name : names.isBlank() ? new String[0] : names.split(",")) {
            try {
                suites.add(Suite.valueOf(name.strip().toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("bench.suites has names of "
                        + Arrays.toString(Suite.values()).toLowerCase(Locale.ROOT) + ", not " + name.strip(), e);
            }
        }
        return suites;
    }

    static Settings named(String name) {
        return switch (name) {
            // Shows that everything works; the figures mean nothing.
            case "smoke" -> new Settings(name, 1, List.of(K), List.of(256 * K), K, 100_000, List.of(1, 1000),
                    List.of("100000/1000"), List.of("digits"), OF_STEPS, new Times(1, 50, 2, 50), 8);
            case "short" -> new Settings(name, 3, List.of(K, 64 * K, M, 16 * M), List.of(64 * K, M, 16 * M),
                    64 * K, 1_000_000,
                    List.of(1, 10, 100, 1000, 10_000), List.of("resnet18", "1000000/1", "65536/1", "100000/1000"),
                    List.of("digits", "mlp"), OF_STEPS, new Times(2, 250, 3, 100), 8);
            // Figures to publish.
            case "long" -> new Settings(name, 7, List.of(K, 4 * K, 16 * K, 64 * K, 256 * K, M, 4 * M, 16 * M, 64 * M),
                    List.of(64 * K, 256 * K, M, 4 * M, 16 * M, 64 * M), 64 * M, 1_000_000,
                    List.of(1, 10, 100, 1000, 10_000),
                    List.of("resnet18", "gpt2", "1000000/1", "65536/1", "100000/1000"), List.of("digits", "mlp"),
                    EnumSet.allOf(Suite.class), new Times(2, 500, 5, 500), 24 * 60);
            default -> throw new IllegalArgumentException("bench.setting is smoke, short or long, not " + name);
        };
    }
}
