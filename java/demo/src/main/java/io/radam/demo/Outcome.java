package io.radam.demo;

import java.nio.file.Path;
import java.util.List;

/**
 * Everything that the terminal and the report show.
 *
 * @param libtorch the library file that was loaded
 * @param backend what steps the parameters: a native kernel, or plain Java
 * @param nanos the whole demo, from loading libtorch to the last test
 */
record Outcome(Settings settings, Digits digits, Path libtorch, String backend, List<RunResult> runs,
               List<Summary> summaries, List<OptimizerTime> times, long nanos) {

    static Outcome of(Settings settings, Digits digits, Path libtorch, String backend, List<RunResult> runs,
                      long nanos) {
        return new Outcome(settings, digits, libtorch, backend, runs, Summary.of(runs, settings),
                OptimizerTime.of(runs, settings), nanos);
    }

    Summary best(Method method) {
        return Summary.best(summaries, method);
    }

    Summary worst(Method method) {
        return Summary.worst(summaries, method);
    }

    boolean accurate() {
        return best(settings.first()).testAccuracy() >= settings.requiredAccuracy();
    }

    boolean zeroCopy() {
        return runs.stream().allMatch(RunResult::zeroCopy);
    }

    long totalSteps() {
        return runs.stream().mapToLong(RunResult::steps).sum();
    }

    long parameters() {
        return firstRun().firstStep().stream().mapToLong(Address::elements).sum();
    }

    /** The run whose addresses are shown; those of all runs are checked. */
    RunResult firstRun() {
        return runs.getFirst();
    }
}
