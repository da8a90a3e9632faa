package io.radam.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the numbers say, and how much they can say, in sentences. */
final class Findings {

    private final Outcome outcome;

    Findings(Outcome outcome) {
        this.outcome = outcome;
    }

    List<String> sentences() {
        Settings settings = outcome.settings();
        List<String> sentences = new ArrayList<>(List.of(best()));
        if (settings.learningRates().size() > 1) {
            sentences.add(sensitivity());
        }
        if (settings.methods().stream().anyMatch(Method::isRAdam)) {
            sentences.add(rectification());
        }
        sentences.addAll(List.of(noise(), testSet()));
        return sentences;
    }

    private String best() {
        return "Mean test accuracy at each optimizer's best learning rate: " + forEachMethod(method -> {
            Summary best = outcome.best(method);
            return "%s %s (at %s)".formatted(method.label(), Text.percent(best.testAccuracy()), best.learningRate());
        }) + ".";
    }

    private String sensitivity() {
        return "How much the learning rate matters: from the worst to the best of the %d, mean test accuracy is "
                .formatted(outcome.settings().learningRates().size())
                + forEachMethod(method -> method.label() + " " + Text.range(
                        outcome.worst(method).testAccuracy(), outcome.best(method).testAccuracy())) + ".";
    }

    private String rectification() {
        int steps = outcome.settings().steps();
        return Text.format("RAdam multiplies Adam's step by a rectification that starts at 0 and has grown to %.2f at "
                + "step %d, the last one here. In runs this short it acts like a long warm-up: slower than Adam where "
                + "the learning rate is small, less easily thrown off where it is large.",
                rectificationAt(steps), steps);
    }

    /** The factor r of Algorithm 2 in Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond", 2020. */
    private static double rectificationAt(int step) {
        double beta2 = 0.999;
        double longest = 2 / (1 - beta2) - 1;
        double power = Math.pow(beta2, step);
        double length = longest - 2 * step * power / (1 - power);
        return length <= 4 ? 0 : Math.sqrt((length - 4) * (length - 2) * longest
                / ((longest - 4) * (longest - 2) * length));
    }

    private String noise() {
        int images = outcome.digits().test().size();
        double accuracy = outcome.best(outcome.settings().first()).testAccuracy();
        return Text.format("With %d test images, an accuracy near %s has a standard error of %.1f percentage points: "
                + "smaller differences say nothing. Where the seeds lie far apart, training is unstable, and the "
                + "rounding of a single sum decides how it ends.", images, Text.percent(accuracy),
                100 * Math.sqrt(accuracy * (1 - accuracy) / images));
    }

    private String testSet() {
        return "The test images took no part in training. They chose which learning rate is called best, so that line "
                + "is a little optimistic, for all optimizers alike. They are other images, but by the same writers.";
    }

    private String forEachMethod(Function<Method, String> text) {
        return outcome.settings().methods().stream().map(text).collect(Collectors.joining(", "));
    }
}
