package io.radam.demo;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The results as plain text. */
final class Terminal {

    private final PrintStream out;

    Terminal(PrintStream out) {
        this.out = out;
    }

    void print(Outcome outcome) {
        results(outcome);
        time(outcome);
        addresses(outcome);
    }

    private void results(Outcome outcome) {
        out.println();
        line("%-20s %13s  %13s  %-18s %9s  %13s",
                "optimizer", "learning rate", "test accuracy", "over the seeds", "test loss", "training loss");
        for (Summary summary : outcome.summaries()) {
            line("%-20s %13s  %13s  %-18s %9s  %13s", summary.method().label(), summary.learningRate(),
                    Text.percent(summary.testAccuracy()),
                    Text.range(summary.lowestTestAccuracy(), summary.highestTestAccuracy()),
                    Text.loss(summary.testLoss()), Text.loss(summary.trainingLoss()));
        }
        Settings settings = outcome.settings();
        Summary best = outcome.best(settings.first());
        out.println();
        line("%s, at its best learning rate %s: %s of %d held-out images right%s.",
                best.method().label(), best.learningRate(), Text.percent(best.testAccuracy()),
                outcome.digits().test().size(), settings.requiredAccuracy() == 0 ? ""
                        : " (required: " + Text.percent(settings.requiredAccuracy()) + ")");
        if (settings.learningRates().size() > 1) {
            out.println("The test images chose that learning rate and nothing else.");
        }
    }

    private void time(Outcome outcome) {
        out.println();
        line("%-20s %7s  %9s  %16s  %9s  %8s", "time", "steps", "training", "in step()", "of it", "one step");
        for (OptimizerTime time : outcome.times()) {
            line("%-20s %7d  %9s  %16s  %9s  %8s", time.method().label(), time.steps(),
                    Text.seconds(time.trainingNanos()), Text.seconds(time.optimizerNanos()),
                    Text.percent(time.share()), Text.microseconds(time.nanosPerStep()));
        }
    }

    private void addresses(Outcome outcome) {
        out.println();
        out.println("Zero copy: where libtorch keeps the first run's parameters and gradients, and what was stepped");
        line("%-15s %7s  %-14s  %-14s  %-14s  %-14s", "", "", "first step:", "", "last step:", "");
        line("%-15s %7s  %-14s  %-14s  %-14s  %-14s", "", "numbers", "libtorch", "stepped", "libtorch", "stepped");
        List<Address> first = outcome.firstRun().firstStep();
        List<Address> last = outcome.firstRun().lastStep();
        for (int i = 0; i < first.size(); i++) {
            Address begin = first.get(i);
            Address end = last.get(i);
            address(begin.name(), begin.elements(),
                    begin.torchValues(), begin.steppedValues(), end.torchValues(), end.steppedValues());
            address("  its gradient", begin.elements(),
                    begin.torchGradient(), begin.steppedGradient(), end.torchGradient(), end.steppedGradient());
        }
        line("%s, checked in each of the %d steps in %d runs.",
                outcome.zeroCopy() ? "The same in every run" : "NOT THE SAME", outcome.totalSteps(),
                outcome.runs().size());
    }

    private void address(String name, long elements, long... addresses) {
        line("%-15s %7d  %s", name, elements, Arrays.stream(addresses).mapToObj(Text::address)
                .collect(Collectors.joining("  ")));
    }

    private void line(String pattern, Object... arguments) {
        out.println(Text.format(pattern, arguments));
    }
}
