package io.radam.paper.translation;

import io.radam.paper.Chart;
import io.radam.paper.Section;
import io.radam.paper.Setting;
import io.radam.paper.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the trainings say, in charts, a table and sentences. */
final class Described {
    /** The optimizers of the figure. */
    static final List<Method> METHODS = List.of(Method.ADAM, Method.ADAM_2K, Method.ADAM_EPS, Method.ADAM_WARMUP,
            Method.ADAM_UNTUNED, Method.RADAM);
    /** Magnitudes below ten to this power hardly move a parameter by themselves. */
    private static final int TINY = -8;
    /** In fewer steps no optimizer gets beyond a unigram model. */
    static final int ENOUGH_STEPS = 200;

    private final Setting setting;
    private final Training.Text text;
    private final List<Curve> curves;
    private final double unigram;

    Described(Setting setting, Training.Text text, List<Curve> curves) {
        this.setting = setting;
        this.text = text;
        this.curves = curves;
        unigram = unigramPerplexity();
    }

    /** What a page may show of the figure. */
    Chart picture() {
        return perplexity(Text.format("Held-out perplexity, %d seed%s", setting.seeds().size(),
                setting.seeds().size() == 1 ? "" : "s"),
                Curve::heldOut);
    }

    Section section() throws IOException {
        return new Section("A Transformer without warm-up",
                Chart.html("Perplexity against steps", perplexity("training perplexity", Curve::training),
                        perplexity("held-out perplexity", Curve::heldOut))
                        + table() + Chart.html("Magnitudes of gradients", magnitudes(Method.ADAM),
                                magnitudes(Method.RADAM)) + description(),
                Stream.of(diverged(), Stream.of(vanilla(), warmup(), untuned(), gradients(), uncertainty()))
                        .flatMap(each -> each).toList());
    }

    /** The perplexity of held-out pieces by the counts of pieces in the training text, one added to each. */
    private double unigramPerplexity() {
        double[] counts = new double[text.vocabulary()];
        Arrays.fill(counts, 1);
        text.training().forEach(sentence -> pieces(sentence).forEach(piece -> counts[piece]++));
        double all = Arrays.stream(counts).sum();
        double[] losses = text.heldOut().stream().flatMapToInt(Described::pieces)
                .mapToDouble(piece -> -Math.log(counts[piece] / all)).toArray();
        return Math.exp(Arrays.stream(losses).average().orElseThrow());
    }

    private static IntStream pieces(Batch.Sentence sentence) {
        return IntStream.concat(Arrays.stream(sentence.target()), IntStream.of(WordPieces.END));
    }

    private Chart perplexity(String title, Function<Curve, double[]> values) {
        Chart chart = new Chart(title, "step", "perplexity").logarithmicY();
        for (Method method : METHODS) {
            List<Curve> seeds = of(method);
            double[] mean = new double[seeds.getFirst().steps().length];
            for (int i = 0; i < mean.length; i++) {
                int at = i;
                mean[i] = Seeds.geometricMean(seeds.stream().mapToDouble(curve -> values.apply(curve)[at]));
            }
            chart.line(method.label(), Chart.COLORS.get(method.ordinal()), seeds.getFirst().steps(), mean);
        }
        return chart;
    }

    private Stream<String> diverged() {
        List<String> all = curves.stream().filter(Curve::diverged)
                .map(curve -> curve.method().label() + " with seed " + curve.seed()).toList();
        return all.isEmpty() ? Stream.of() : Stream.of("These trainings diverged, with a perplexity that is infinite "
                + "or NaN: " + String.join(", ", all) + ". The charts leave such points out.");
    }

    private Chart magnitudes(Method method) {
        Chart chart = new Chart(method.label() + ", magnitudes of gradients", "log10",
                "part of those finite and not 0").between(0, 1);
        double[] decades = IntStream.range(0, Magnitudes.BINS)
                .mapToDouble(bin -> Magnitudes.LOWEST + bin - 0.5).toArray();
        for (int i = 0; i < counted().size(); i++) {
            int step = counted().get(i);
            chart.line("step " + step, Chart.COLORS.get(i), decades,
                    Magnitudes.parts(of(method).getFirst().counts(step)));
        }
        return chart;
    }

    private List<Integer> counted() {
        return Training.COUNTED.stream().filter(step -> step <= setting.steps()).toList();
    }

    private List<Curve> of(Method method) {
        return curves.stream().filter(curve -> curve.method() == method).toList();
    }

    private Seeds seeds(Method method) {
        return Seeds.of(method.label(), of(method));
    }

    private double last(Method method) {
        return seeds(method).mean();
    }

    private String table() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("optimizer", "held-out perplexity", "training perplexity"));
        for (Method method : METHODS) {
            rows.add(List.of(method.label(), seeds(method).shown(),
                    Seeds.shown(Seeds.geometricMean(of(method).stream().mapToDouble(Curve::lastTraining)))));
        }
        rows.add(List.of("counts of pieces alone", Text.number(unigram), ""));
        return Text.table(rows);
    }

    private String description() {
        Setting.Size size = setting.size();
        return Text.format("<p class=\"quiet\">%d and %d layers of width %d, layer norm after each residual "
                + "connection, no dropout; %,d verses in Spanish and English to train on, %,d of other books held out; "
                + "%,d pieces of words; batches of %d of nearly the same length; learning rate from %s linearly down "
                + "to 0; %d steps; seeds %s; warm-up of %d steps, Adam-2k frozen for %d, Adam-eps with 1e-4; epsilon "
                + "is added to sqrt(v) as it is, by all. Perplexity is of pieces.</p>\n", size.layers(), size.layers(),
                size.width(), text.training().size(), text.heldOut().size(), text.vocabulary(), Training.SENTENCES,
                Text.plain(Training.LEARNING_RATE), setting.steps(), setting.seeds(), Method.warmup(setting.steps()),
                Method.warmup(setting.steps()) / 2);
    }

    private String vanilla() {
        double adam = last(Method.ADAM);
        double radam = last(Method.RADAM);
        if (!Double.isFinite(adam) || !Double.isFinite(radam)) {
            return Text.format("After %d steps the held-out perplexity of Adam without warm-up and of RAdam: %s, %s.",
                    setting.steps(), Seeds.shown(adam), Seeds.shown(radam));
        }
        String measured = Text.format("After %d steps Adam without warm-up has a held-out perplexity of %s; counts of "
                + "pieces alone have %s. RAdam has %s, %s of Adam's.", setting.steps(), Text.number(adam),
                Text.number(unigram), Text.number(radam), Text.format("%.2f", radam / adam));
        if (setting.steps() < ENOUGH_STEPS) {
            return measured + " In so few steps that means nothing.";
        }
        boolean asInPaper = radam < adam / 2 && adam > unigram / 2;
        return measured + (asInPaper ? " As in the paper, Adam gets stuck and RAdam does not."
                : " This is not what the paper shows, where Adam gets stuck and RAdam does not.");
    }

    private String warmup() {
        return "Against Adam with a warm-up of " + Method.warmup(setting.steps()) + " steps: "
                + Stream.of(Method.RADAM, Method.ADAM_2K, Method.ADAM_EPS)
                        .map(method -> against(method, Method.ADAM_WARMUP)).collect(Collectors.joining(", ")) + ".";
    }

    private String untuned() {
        return "Ma and Yarats (arXiv 1910.04209) say that RAdam is close to Adam with 2 / (1 - beta2) = 2,000 steps of "
                + "linear warm-up. Here " + against(Method.RADAM, Method.ADAM_UNTUNED) + ".";
    }

    private String against(Method method, Method other) {
        return seeds(method).against(seeds(other));
    }

    private String gradients() {
        return Text.format("Part of the gradients that are finite and not 0 which is below 1e%d: with %s, with %s "
                + "(those of seed %d).", TINY, small(Method.ADAM), small(Method.RADAM), setting.seeds().getFirst());
    }

    private String small(Method method) {
        return method.label() + " " + small(method, 1) + " and " + small(method, counted().getLast());
    }

    private String small(Method method, int step) {
        Curve first = of(method).getFirst();
        double below = Magnitudes.below(TINY, first.counts(step));
        long notFinite = first.notFinite(step);
        return (Double.isNaN(below) ? "none" : Text.format("%.0f %%", 100 * below)) + " at step " + step
                + (notFinite == 0 ? "" : Text.format(", where %,d are infinite or NaN", notFinite));
    }

    private String uncertainty() {
        if (setting.seeds().size() == 1) {
            return "One seed says nothing of how much of this is chance; the full setting has three.";
        }
        OptionalDouble widest = METHODS.stream().filter(method -> Double.isFinite(last(method)))
                .mapToDouble(method -> {
                    double[] last = of(method).stream().mapToDouble(Curve::last).sorted().toArray();
                    return last[last.length - 1] / last[0];
                }).max();
        return widest.isEmpty() ? "Every optimizer diverged with a seed."
                : Text.format("Between seeds the perplexity of an optimizer differs by a factor of up to %.2f: smaller "
                        + "differences say nothing.", widest.getAsDouble());
    }
}
