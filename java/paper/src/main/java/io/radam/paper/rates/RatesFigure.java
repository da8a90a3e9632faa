package io.radam.paper.rates;

import io.radam.demo.ProgressBar;
import io.radam.demo.Torch;
import io.radam.paper.Chart;
import io.radam.paper.Results;
import io.radam.paper.Section;
import io.radam.paper.Setting;
import io.radam.paper.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Accuracy against the learning rate: which the paper measures with images, on handwritten digits. */
public final class RatesFigure {
    static final double[] LEARNING_RATES = {0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03};
    /** What counts as near the best accuracy. */
    private static final double NEAR = 0.01;

    private final Setting setting;
    private final DigitsTraining training;
    /** By method and learning rate, the accuracy of each seed. */
    private final double[][][] accuracies = new double[Method.values().length][LEARNING_RATES.length][];

    private RatesFigure(Setting setting) throws IOException {
        this.setting = setting;
        training = new DigitsTraining(setting.epochs());
    }

    /** Trains, and says what came out. */
    public static Section make(Setting setting, Results results) throws IOException {
        Torch.start();
        RatesFigure figure = new RatesFigure(setting);
        figure.train(results);
        return new Section("How much the learning rate matters", Chart.html("Accuracy against learning rate",
                figure.chart()) + figure.table(), List.of(figure.best(), figure.width(), figure.uncertainty()));
    }

    private void train(Results results) throws IOException {
        int runs = Method.values().length * LEARNING_RATES.length;
        ProgressBar progress = new ProgressBar(System.out, runs, setting.seeds().size() * setting.epochs());
        for (Method method : Method.values()) {
            for (int i = 0; i < LEARNING_RATES.length; i++) {
                progress.begin(method.label() + ", learning rate " + Text.plain(LEARNING_RATES[i]));
                accuracies[method.ordinal()][i] = train(method, LEARNING_RATES[i], results, progress);
                progress.end(Double.isNaN(mean(method, i)) ? "diverged" : "accuracy " + percent(mean(method, i)));
            }
        }
    }

    private double[] train(Method method, double learningRate, Results results, ProgressBar progress)
            throws IOException {
        String run = Text.format("rates-%s-%s", method.name().toLowerCase(Locale.ROOT), Text.plain(learningRate));
        String made = training.made(method, learningRate, setting.seeds());
        var finished = results.read(run, made);
        if (finished.isPresent()) {
            for (int i = 0; i < setting.seeds().size() * setting.epochs(); i++) {
                progress.advance();
            }
            return finished.get().getFirst();
        }
        double[] accuracy = setting.seeds().stream()
                .mapToDouble(seed -> training.accuracy(method, learningRate, seed, progress::advance)).toArray();
        results.write(run, made, List.of(accuracy));
        return accuracy;
    }

    /** NaN if one of the seeds diverged. */
    private double mean(Method method, int rate) {
        return Arrays.stream(accuracies[method.ordinal()][rate]).average().orElseThrow();
    }

    private double[] means(Method method) {
        double[] means = new double[LEARNING_RATES.length];
        Arrays.setAll(means, rate -> mean(method, rate));
        return means;
    }

    /** The best of those that are finite; NaN without any. */
    static double best(double[] means) {
        return Arrays.stream(means).filter(Double::isFinite).max().orElse(Double.NaN);
    }

    private Chart chart() {
        Chart chart = new Chart("test accuracy after " + setting.epochs() + " epochs, %", "learning rate", "")
                .logarithmicX().between(0, 100);
        for (Method method : Method.values()) {
            chart.line(method.label(), Chart.COLORS.get(method.ordinal()), LEARNING_RATES,
                    Arrays.stream(means(method)).map(mean -> 100 * mean).toArray());
            chart.crosses(method.label() + " diverged", Chart.COLORS.get(method.ordinal()),
                    IntStream.range(0, LEARNING_RATES.length).filter(i -> Double.isNaN(mean(method, i)))
                            .mapToDouble(i -> LEARNING_RATES[i]).toArray(), 0);
        }
        return chart;
    }

    private String table() {
        List<List<String>> rows = new ArrayList<>();
        List<String> heading = new ArrayList<>(List.of("learning rate"));
        Arrays.stream(Method.values()).map(Method::label).forEach(heading::add);
        rows.add(heading);
        for (int i = 0; i < LEARNING_RATES.length; i++) {
            List<String> row = new ArrayList<>(List.of(Text.plain(LEARNING_RATES[i])));
            for (Method method : Method.values()) {
                row.add(cell(accuracies[method.ordinal()][i]));
            }
            rows.add(row);
        }
        return Text.table(rows);
    }

    static String cell(double[] seeds) {
        long diverged = Arrays.stream(seeds).filter(Double::isNaN).count();
        if (diverged > 0) {
            return seeds.length == 1 ? "diverged" : diverged + " of " + seeds.length + " diverged";
        }
        double[] sorted = Arrays.stream(seeds).sorted().toArray();
        String mean = percent(Arrays.stream(seeds).average().orElseThrow());
        return seeds.length == 1 ? mean
                : mean + " (" + percent(sorted[0]) + " to " + percent(sorted[sorted.length - 1]) + ")";
    }

    private static String percent(double part) {
        return Text.format("%.1f %%", 100 * part);
    }

    private String best() {
        return "Each at its best learning rate: " + Stream.of(Method.values()).map(method -> {
            double[] means = means(method);
            double best = best(means);
            if (Double.isNaN(best)) {
                return method.label() + " diverged at each";
            }
            int rate = 0;
            while (means[rate] != best) {
                rate++;
            }
            return Text.format("%s %s at %s", method.label(), percent(best), Text.plain(LEARNING_RATES[rate]));
        }).collect(Collectors.joining(", ")) + ".";
    }

    private String width() {
        return Text.format(
                "Learning rates of the %d whose mean accuracy is within one point of the optimizer's own best: ",
                LEARNING_RATES.length) + Stream.of(Method.values()).map(method -> {
                    double[] means = means(method);
                    double best = best(means);
                    return method.label() + " " + Arrays.stream(means).filter(mean -> mean >= best - NEAR).count();
                }).collect(Collectors.joining(", ")) + ".";
    }

    private String uncertainty() {
        double best = best(means(Method.RADAM));
        if (Double.isNaN(best)) {
            return "RAdam diverged at each learning rate: there is no accuracy to give an interval of.";
        }
        Interval interval = Interval.of(best, training.testImages());
        // A difference of two independent accuracies has sqrt(2) times the standard error of one.
        double difference = Math.sqrt(2) * (interval.high() - interval.low()) / 2;
        return Text.format("With %d test images an accuracy of %s has a 95 %% confidence interval from %s to %s, by "
                + "Wilson. The standard error of a difference of two is sqrt(2) times that of one, and it takes about "
                + "two of them to say anything: differences below about %.1f points say nothing. The test images also "
                + "choose the best learning rate, for all optimizers alike.", training.testImages(), percent(best),
                percent(interval.low()), percent(interval.high()), 100 * difference) + seeds();
    }

    private String seeds() {
        return setting.seeds().size() > 1 ? "" : " The interval is of chance by the test images. One seed says "
                + "nothing of chance by initialisation and order; the full setting has three.";
    }
}
