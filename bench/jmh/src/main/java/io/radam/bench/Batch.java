package io.radam.bench;

import io.radam.bench.Point.Suite;
import io.radam.bench.implementation.Radam;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** Points that differ in the implementation only. They are measured one right after the other, and compared. */
record Batch(Suite suite, Work work, int threads, List<Implementation> implementations) {

    /**
     * All of a round, in order.
     *
     * @param best the name of the implementation that the others are compared with
     */
    static List<Batch> plan(Settings settings, List<Implementation> all, String best, int allThreads) {
        List<Implementation> implementations = those(all, i -> !i.isOfFrameworksOnly());
        List<Implementation> fast = those(implementations, i -> !i.isSlow() || i.name().equals(best));
        List<Implementation> fastOptimizers = those(fast, i -> i.epsilonPlacement() != null);
        List<Implementation> ofTensors = those(implementations, i -> i.takesTensors()
                && (i.isPeer() || i.name().equals(best) || i.name().equals(Radam.ARRAYS)));

        List<Batch> plan = new ArrayList<>();
        for (int size : settings.sizesOneThread()) {
            plan.add(new Batch(Suite.SIZES, Work.of(size), 1, size <= settings.largestForSlow() ? implementations : fast));
        }
        if (allThreads > 1) {
            for (int size : settings.sizesAllThreads()) {
                plan.add(new Batch(Suite.SIZES, Work.of(size), allThreads,
                        size <= settings.largestForSlow() ? implementations : fast));
            }
        }
        for (int tensors : settings.tensorCounts()) {
            plan.add(new Batch(Suite.TENSORS, Work.of(settings.tensorTotal(), tensors), 1, ofTensors));
            if (allThreads > 1) {
                // Peers share out each tensor by itself, which helps little here and would take most of the time.
                plan.add(new Batch(Suite.TENSORS, Work.of(settings.tensorTotal(), tensors), allThreads,
                        those(ofTensors, i -> !i.isPeer())));
            }
        }
        plan.addAll(ofFrameworks(Suite.MODELS, settings.models(), all, allThreads));
        plan.addAll(ofFrameworks(Suite.EPOCHS, settings.networks(), all, allThreads));
        plan.add(new Batch(Suite.OVERHEAD, Work.of(CallBenchmark.SIZE), 1, fastOptimizers));
        plan.add(new Batch(Suite.BINDING,
                Work.of(BindBenchmark.PARAMETERS * BindBenchmark.SIZE, BindBenchmark.PARAMETERS), 1, List.of()));
        plan.add(new Batch(Suite.CALLS, Work.of(CallBenchmark.SIZE), 1, List.of()));
        return plan.stream().filter(batch -> settings.suites().contains(batch.suite())).toList();
    }

    private static List<Batch> ofFrameworks(Suite suite, List<String> works, List<Implementation> all,
            int allThreads) {
        List<Implementation> implementations = those(all, i -> i.baseline(suite) != null);
        List<Batch> batches = new ArrayList<>();
        for (String work : implementations.isEmpty() ? List.<String>of() : works) {
            batches.add(new Batch(suite, Work.named(work), 1, implementations));
            if (allThreads > 1) {
                batches.add(new Batch(suite, Work.named(work), allThreads, implementations));
            }
        }
        return batches;
    }

    private static List<Implementation> those(List<Implementation> all, Predicate<Implementation> which) {
        return all.stream().filter(which).toList();
    }

    private String prefix() {
        return switch (suite) {
            case MODELS -> "models: ";
            case EPOCHS -> "epochs: ";
            default -> "";
        };
    }

    @Override
    public String toString() {
        if (suite == Suite.CALLS) {
            return "calls alone";
        }
        if (suite == Suite.BINDING) {
            return "other gradients in each step";
        }
        return String.format(Locale.ROOT, "%s%,d parameters in %,d %s, %d %s", prefix(),
                work.size(), work.tensors(), work.tensors() > 1 ? "tensors" : "tensor", threads,
                threads > 1 ? "threads" : "thread");
    }
}
