package io.radam.bench;

import static java.util.stream.Collectors.joining;

import io.radam.bench.Point.Suite;
import io.radam.bench.implementation.Radam;
import io.radam.bench.report.Machine;
import io.radam.bench.report.Output;
import io.radam.bench.report.Results;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.openjdk.jmh.runner.RunnerException;

/** Measures, prints a table and writes a report. {@link Settings} says what can be set. */
public final class Main {
    private static final PrintStream OUT = System.out;

    private Main() {
    }

    /** Takes no arguments; see {@link Settings}. */
    public static void main(String[] arguments) throws IOException {
        try {
            run();
        } catch (IllegalArgumentException e) {
            fail(e.getMessage());
        }
    }

    private static void run() throws IOException {
        long start = System.nanoTime();
        // JMH's lock would have us fail where anyone else on this machine uses JMH. Rounds are made for such machines.
        System.setProperty("jmh.ignoreLock", "true");
        Settings settings = Settings.chosen();
        Path output = Path.of(System.getProperty("bench.output", "report")).toAbsolutePath();
        Files.createDirectories(output);

        String best = Radam.best();
        List<Implementation> implementations = chosen(System.getProperty("bench.implementations", ""), best);
        int threads = Runtime.getRuntime().availableProcessors();
        List<Batch> plan = Batch.plan(settings, implementations, best, threads);
        if (plan.isEmpty()) {
            throw new IllegalArgumentException("there is nothing to measure in " + settings.suites()
                    + ": frameworks are in the profile peers");
        }
        OUT.println("Adam steps, " + settings.name() + " setting, on " + Machine.summary());

        Path logFile = output.resolve("jmh.log");
        Rounds rounds;
        try (PrintStream log = new PrintStream(Files.newOutputStream(logFile))) {
            rounds = new Rounds(settings, plan, log);
            rounds.run(OUT);
        } catch (RunnerException e) {
            fail(reason(e) + System.lineSeparator() + "What JMH printed is in " + logFile);
            return;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        Results results = new Results(settings.name(), seconds, best, threads, implementations, rounds.measurements());
        Output.write(output, results, rounds.raw(), OUT);
    }

    private static void fail(String message) {
        OUT.println("FAILED: " + message);
        System.exit(1);
    }

    private static List<Implementation> chosen(String names, String best) {
        if (names.isBlank()) {
            return Implementations.available();
        }
        Set<String> chosen = new HashSet<>();
        for (String name : names.split(",")) {
            Implementation implementation = Implementations.named(name.strip());
            if (!implementation.isAvailable()) {
                throw new IllegalArgumentException("this machine cannot run " + name);
            }
            chosen.add(implementation.name());
            chosen.add(implementation.baseline(Suite.MODELS));
            chosen.add(implementation.baseline(Suite.EPOCHS));
        }
        return Implementations.available().stream()
                .filter(i -> i.name().equals(best) || chosen.contains(i.name())).toList();
    }

    /** What a benchmark has thrown: JMH wraps it, and what it wraps it in has nothing to say. */
    private static String reason(Throwable e) {
        List<Throwable> inner = new ArrayList<>(List.of(e.getSuppressed()));
        if (e.getCause() != null) {
            inner.add(e.getCause());
        }
        return inner.isEmpty() ? e.toString() : inner.stream().map(Main::reason).distinct().collect(joining("; "));
    }
}
