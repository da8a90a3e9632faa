package io.radam.bench;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.radam.bench.Point.Suite;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Has JMH measure everything, in several rounds. A machine is faster in one minute than in the next, so each
 * implementation gets one short process per round, next to those that it is compared with, rather than all of its time
 * at once.
 */
final class Rounds {
    private static final double MEDIAN = 50;
    /** How much longer peers warm up, and a run with them may take. */
    private static final int PEER_FACTOR = 3;
    private static final List<String> PASSED_ON =
            List.of(NativeFiles.LIBRADAM, NativeFiles.JNI, "radam.library.path", "bench.cache");

    private final Settings settings;
    private final List<Batch> plan;
    private final PrintStream log;
    private final List<Measurement> measurements = new ArrayList<>();
    private final JsonArray raw = new JsonArray();

    /** @param log gets what JMH prints */
    Rounds(Settings settings, List<Batch> plan, PrintStream log) {
        this.settings = settings;
        this.plan = plan;
        this.log = log;
    }

    /** @param out is told the progress */
    void run(PrintStream out) throws RunnerException {
        long begin = System.nanoTime();
        for (int round = 1; round <= settings.rounds(); round++) {
            if (!hasTime(round, (System.nanoTime() - begin) / 6e10)) {
                out.println("no time for more than " + (round - 1) + " rounds");
                return;
            }
            for (int i = 0; i < plan.size(); i++) {
                long start = System.nanoTime();
                run(plan.get(i), round);
                out.printf("round %d of %d, %2d of %d: %s (%d s)%n", round, settings.rounds(), i + 1, plan.size(),
                        plan.get(i), Math.round((System.nanoTime() - start) / 1e9));
            }
        }
    }

    /** @param minutes that the rounds before have taken */
    private boolean hasTime(int round, double minutes) {
        boolean peers = plan.stream().anyMatch(
                batch -> batch.implementations().stream().anyMatch(Implementation::isPeer));
        return round == 1 || minutes + minutes / (round - 1) <= settings.minutes() * (peers ? PEER_FACTOR : 1);
    }

    List<Measurement> measurements() {
        return measurements;
    }

    /** JMH's results as it writes them itself, each with the number of its round. */
    JsonArray raw() {
        return raw;
    }

    private void run(Batch batch, int round) throws RunnerException {
        if (batch.suite().isOfMethods()) {
            run(batch, round, options(batch, false).include(pattern(batch.suite().methods())));
            return;
        }
        if (batch.suite() == Suite.MODELS) {
            run(batch, round, true, ModelBenchmark.class, batch.implementations());
            return;
        }
        if (batch.suite() == Suite.EPOCHS) {
            // Each iteration trains two epochs before it, which is warm-up enough.
            run(batch, round, false, EpochBenchmark.class, batch.implementations());
            return;
        }
        for (boolean peers : new boolean[] {false, true}) {
            run(batch, round, peers, StepBenchmark.class, batch.implementations().stream()
                    .filter(implementation -> implementation.isPeer() == peers).toList());
        }
    }

    private void run(Batch batch, int round, boolean peers, Class<?> benchmark, List<Implementation> implementations)
            throws RunnerException {
        if (!implementations.isEmpty()) {
            run(batch, round, options(batch, peers).include(pattern(benchmark))
                    .param("implementation", implementations.stream().map(Implementation::name).toArray(String[]::new))
                    .param("work", batch.work().name()).param("threads", String.valueOf(batch.threads())));
        }
    }

    private void run(Batch batch, int round, ChainedOptionsBuilder options) throws RunnerException {
        Collection<RunResult> results = new Runner(options.build(),
                OutputFormatFactory.createFormatInstance(log, VerboseMode.NORMAL)).run();
        for (RunResult result : results) {
            String name = batch.suite().isOfMethods()
                    ? result.getPrimaryResult().getLabel() : result.getParams().getParam("implementation");
            Point point = new Point(batch.suite(), name, batch.work(), batch.threads());
            double nanos = result.getPrimaryResult().getStatistics().getPercentile(MEDIAN);
            measurements.add(new Measurement(point, round, nanos));
        }
        addRaw(results, round);
    }

    /** Peers do more in Java around a step, which takes the compiler longer. */
    private ChainedOptionsBuilder options(Batch batch, boolean peers) {
        Settings.Times times = settings.times();
        return new OptionsBuilder().forks(1).threads(1).shouldFailOnError(true)
                .warmupIterations(times.warmups() * (peers ? PEER_FACTOR : 1))
                .warmupTime(TimeValue.milliseconds(times.warmupMillis()))
                .measurementIterations(times.iterations())
                .measurementTime(TimeValue.milliseconds(times.iterationMillis()))
                .jvmArgs(forkArguments(batch.threads()).toArray(String[]::new));
    }

    private static String pattern(Class<?> benchmark) {
        return benchmark.getName().replace(".", "\\.") + "\\.";
    }

    private static List<String> forkArguments(int threads) {
        List<String> arguments = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector", "--sun-misc-unsafe-memory-access=allow",
                "-Djava.awt.headless=true"));
        if (threads == 1) {
            // Not every adapter can be told to take one thread; in the common pool there is then no other.
            arguments.add("-Djava.util.concurrent.ForkJoinPool.common.parallelism=0");
        }
        for (String property : PASSED_ON) {
            if (System.getProperty(property) != null) {
                arguments.add("-D" + property + "=" + System.getProperty(property));
            }
        }
        return arguments;
    }

    private void addRaw(Collection<RunResult> results, int round) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ResultFormatFactory.getInstance(ResultFormatType.JSON, new PrintStream(bytes, true, StandardCharsets.UTF_8))
                .writeOut(results);
        for (JsonElement element : JsonParser.parseString(bytes.toString(StandardCharsets.UTF_8)).getAsJsonArray()) {
            JsonObject object = element.getAsJsonObject();
            object.addProperty("round", round);
            raw.add(object);
        }
    }
}
