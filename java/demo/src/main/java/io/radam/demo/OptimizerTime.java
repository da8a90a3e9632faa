package io.radam.demo;

import java.util.List;

/**
 * How much of the training went into {@code step()}, which finds out where gradients are, over all runs of one
 * optimizer.
 */
record OptimizerTime(Method method, long steps, long trainingNanos, long optimizerNanos) {

    static List<OptimizerTime> of(List<RunResult> results, Settings settings) {
        return settings.methods().stream().map(method -> of(method, results)).toList();
    }

    private static OptimizerTime of(Method method, List<RunResult> results) {
        List<RunResult> runs = results.stream().filter(run -> run.method() == method).toList();
        return new OptimizerTime(method, runs.stream().mapToLong(RunResult::steps).sum(),
                runs.stream().mapToLong(RunResult::nanos).sum(),
                runs.stream().mapToLong(RunResult::optimizerNanos).sum());
    }

    double nanosPerStep() {
        return (double) optimizerNanos / steps;
    }

    double share() {
        return (double) optimizerNanos / trainingNanos;
    }
}
