package io.radam.paper.translation;

import io.radam.paper.Chart;
import io.radam.paper.Results;
import io.radam.paper.Section;
import io.radam.paper.Setting;
import io.radam.paper.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What users ask of RAdam, as trainings of the Transformer: the learning rate, layer norm, and warm-up on top. */
public final class QuestionsFigure {
    private static final List<Method> PLAIN = List.of(Method.RADAM, Method.ADAM, Method.ADAM_WARMUP);

    private final Setting setting;
    private final List<Method> rated;
    private List<Curve> curves;

    private QuestionsFigure(Setting setting) {
        this.setting = setting;
        // SGD learns this slowly at any of these rates: it is shown where there is time for it.
        rated = setting.learningRates().size() < 4 ? PLAIN
                : Stream.concat(PLAIN.stream(), Stream.of(Method.SGD_MOMENTUM)).toList();
    }

    /** Trains, and says what came out. */
    public static Section make(Setting setting, Results results) throws IOException {
        QuestionsFigure figure = new QuestionsFigure(setting.ofQuestions());
        figure.curves = new Trainings(figure.setting, results).of(figure.trials());
        return figure.section();
    }

    /** Those that the translation has with as many steps are not made twice. */
    private List<Trial> trials() {
        List<Trial> trials = new ArrayList<>();
        for (long seed : setting.seeds()) {
            trials.add(Trial.of(Method.RADAM_WARMUP, seed));
            PLAIN.forEach(method -> trials.add(new Trial(method, Training.LEARNING_RATE, true, seed)));
            setting.learningRates().forEach(rate -> rated.forEach(method ->
                    trials.add(new Trial(method, rate, false, seed))));
        }
        return trials;
    }

    private Seeds of(Method method, double learningRate, boolean preNorm) {
        return Seeds.of(method.label(), curves.stream().filter(curve -> curve.method() == method
                && curve.trial().learningRate() == learningRate && curve.trial().preNorm() == preNorm).toList());
    }

    private Seeds of(Method method) {
        return of(method, Training.LEARNING_RATE, false);
    }

    private Section section() throws IOException {
        return new Section("Questions and answers", Chart.html("Perplexity against learning rate", chart())
                + rates() + norms(), setting.steps() < Described.ENOUGH_STEPS
                ? List.of("In so few steps none of this means anything.") : List.of(tuning(), norm(), both()));
    }

    private Chart chart() {
        Chart chart = new Chart("held-out perplexity after " + setting.steps() + " steps", "learning rate",
                "perplexity").logarithmicX().logarithmicY();
        double[] rates = setting.learningRates().stream().mapToDouble(Double::doubleValue).toArray();
        double highest = rated.stream().flatMapToDouble(method -> Arrays.stream(rates)
                .map(rate -> of(method, rate, false).mean())).filter(Double::isFinite).max().orElse(1);
        for (Method method : rated) {
            chart.crosses(method.label() + " diverged", Chart.COLORS.get(rated.indexOf(method)), Arrays.stream(rates)
                    .filter(rate -> !Double.isFinite(of(method, rate, false).mean())).toArray(), highest);
            chart.line(method.label(), Chart.COLORS.get(rated.indexOf(method)), rates,
                    Arrays.stream(rates).map(rate -> of(method, rate, false).mean()).toArray());
        }
        return chart;
    }

    private String rates() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(Stream.concat(Stream.of("learning rate, post-LN"), rated.stream().map(Method::label)).toList());
        setting.learningRates().forEach(rate -> rows.add(Stream.concat(Stream.of(Text.plain(rate)),
                rated.stream().map(method -> of(method, rate, false).shown())).toList()));
        return Text.table(rows);
    }

    private String norms() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("learning rate " + Text.plain(Training.LEARNING_RATE), "post-LN", "pre-LN"));
        PLAIN.forEach(method -> rows.add(List.of(method.label(), of(method).shown(),
                of(method, Training.LEARNING_RATE, true).shown())));
        rows.add(List.of(Method.RADAM_WARMUP.label(), of(Method.RADAM_WARMUP).shown(), ""));
        return Text.table(rows);
    }

    private String tuning() {
        return "Does RAdam need no tuning of the learning rate? The highest of the perplexities of the "
                + setting.learningRates().size() + " learning rates is, with post-LN, so many times the lowest: "
                + rated.stream().map(method -> method.label() + " " + spread(method)).collect(Collectors.joining(", "))
                + ". With 1 it would need none.";
    }

    private String spread(Method method) {
        double[] means = setting.learningRates().stream().mapToDouble(rate -> of(method, rate, false).mean())
                .sorted().toArray();
        double ratio = means[means.length - 1] / means[0];
        return Double.isFinite(ratio) ? Text.format("%.2f", ratio) : "diverged at one";
    }

    private String norm() {
        Seeds warmup = of(Method.ADAM_WARMUP, Training.LEARNING_RATE, true);
        return "Where is layer norm? Without warm-up, against Adam with warm-up: with layer norm after each residual "
                + "connection (post-LN) " + of(Method.ADAM).against(of(Method.ADAM_WARMUP)) + "; before each part of a "
                + "layer (pre-LN) " + of(Method.ADAM, Training.LEARNING_RATE, true).against(warmup) + ", and "
                + of(Method.RADAM, Training.LEARNING_RATE, true).against(warmup) + ".";
    }

    private String both() {
        return "Is warm-up on top of RAdam of use? Against RAdam alone, " + of(Method.RADAM_WARMUP).against(
                of(Method.RADAM)) + ".";
    }
}
