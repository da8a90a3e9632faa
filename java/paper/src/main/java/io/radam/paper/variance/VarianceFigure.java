package io.radam.paper.variance;

import io.radam.Coefficients;
import io.radam.RAdam;
import io.radam.demo.ProgressBar;
import io.radam.paper.Chart;
import io.radam.paper.Results;
import io.radam.paper.Section;
import io.radam.paper.Setting;
import io.radam.paper.Text;
import java.awt.Color;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The variance of the adaptive learning rate against steps, of Adam and rectified: the paper's simulation, and its
 * equations 2 and 5.
 */
public final class VarianceFigure {
    /** Counted up when the code changes in a way that changes numbers. */
    private static final int FORMAT = 1;
    private static final double[] MEANS = {0, 1, 10};
    private static final long FIRST_STEP = 6;
    private static final long LAST_STEP = 6000;
    private static final long SEED = 20200425;
    /** From here on, the paper's claim of a constant variance is looked at. */
    private static final long SETTLED = 50;

    /** What was measured for one mean of the gradients. */
    private record Curve(double mean, double[] steps, double[] adaptive, double[] rectified) {
        double first() {
            return adaptive[0];
        }

        double last() {
            return adaptive[adaptive.length - 1];
        }

        /** The largest over the smallest rectified variance from a step on. */
        double spreadFrom(long step) {
            double[] settled = Arrays.stream(indices(step)).mapToDouble(i -> rectified[i]).toArray();
            return Arrays.stream(settled).max().orElseThrow() / Arrays.stream(settled).min().orElseThrow();
        }

        private int[] indices(long step) {
            return IntStream.range(0, steps.length).filter(i -> steps[i] >= step).toArray();
        }
    }

    private VarianceFigure() {
    }

    /** Simulates, and says what came out. */
    public static Section make(Setting setting, Results results) throws IOException {
        ProgressBar progress = new ProgressBar(System.out, MEANS.length, (int) LAST_STEP);
        List<Curve> curves = new ArrayList<>();
        for (double mean : MEANS) {
            progress.begin("variance of the adaptive learning rate, gradients N(" + mean + ", 1)");
            curves.add(curve(mean, simulate(mean, setting, results, progress)));
            progress.end(Text.number(curves.getLast().first()) + " to " + Text.number(curves.getLast().last()));
        }
        Curve centred = curves.getFirst();
        String html = Chart.html("Variance against steps", chart("Adam", curves, false),
                chart("rectified", curves, true)) + table(curves) + equations();
        return new Section("The variance of the adaptive learning rate", html,
                List.of(decrease(curves, setting), flat(centred), theory(centred), series()));
    }

    private static List<double[]> simulate(double mean, Setting setting, Results results, ProgressBar progress)
            throws IOException {
        String run = "variance-" + mean;
        String made = "format=" + FORMAT + " beta2=" + Simulation.BETA2 + " parameters=" + setting.parameters()
                + " seed=" + SEED + " last=" + LAST_STEP;
        var finished = results.read(run, made);
        if (finished.isPresent()) {
            LongStream.rangeClosed(1, LAST_STEP).forEach(_ -> progress.advance());
            return finished.get();
        }
        List<double[]> rows = Simulation.run(mean, setting.parameters(), steps(), SEED, _ -> progress.advance())
                .stream().map(point -> new double[] {point.step(), point.variance()}).toList();
        results.write(run, made, rows);
        return rows;
    }

    /** Evenly on a logarithmic axis, with both ends. */
    private static long[] steps() {
        double ratio = Math.log((double) LAST_STEP / FIRST_STEP);
        return LongStream.rangeClosed(0, 120).map(i -> Math.round(FIRST_STEP * Math.exp(ratio * i / 120)))
                .distinct().toArray();
    }

    private static Curve curve(double mean, List<double[]> rows) {
        double[] steps = rows.stream().mapToDouble(row -> row[0]).toArray();
        double[] adaptive = rows.stream().mapToDouble(row -> row[1]).toArray();
        double[] rectified = rows.stream()
                .mapToDouble(row -> row[1] * Math.pow(rectification((long) row[0]), 2)).toArray();
        return new Curve(mean, steps, adaptive, rectified);
    }

    /** The library's own rectification. */
    private static double rectification(long step) {
        return ((Coefficients.Adam) Coefficients.of(RAdam.Preset.PYTORCH.hyperparameters(), step)).rectification();
    }

    private static Chart chart(String title, List<Curve> curves, boolean rectified) {
        Chart chart = new Chart(title, "step", "variance").logarithmicX().logarithmicY();
        for (int i = 0; i < curves.size(); i++) {
            Curve curve = curves.get(i);
            chart.line(Text.format("mean %.0f", curve.mean()), Chart.COLORS.get(i), curve.steps(),
                    rectified ? curve.rectified() : curve.adaptive());
        }
        double[] steps = curves.getFirst().steps();
        if (!rectified) {
            chart.dashed("equation 2, mean 0", Color.GRAY, steps,
                    Arrays.stream(steps).map(VarianceFigure::exact).toArray());
        }
        return chart;
    }

    private static double exact(double step) {
        return Theory.exactVariance(Theory.rho(Simulation.BETA2, (long) step));
    }

    private static String table(List<Curve> curves) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("gradients", "Adam, step " + FIRST_STEP, "Adam, step " + LAST_STEP,
                "rectified, step " + FIRST_STEP, "rectified, step " + LAST_STEP,
                "rectified, largest / smallest from step " + SETTLED));
        for (Curve curve : curves) {
            double[] rectified = curve.rectified();
            rows.add(List.of(Text.format("N(%.0f, 1)", curve.mean()), Text.number(curve.first()),
                    Text.number(curve.last()), Text.number(rectified[0]), Text.number(rectified[rectified.length - 1]),
                    Text.number(curve.spreadFrom(SETTLED))));
        }
        return Text.table(rows);
    }

    private static String equations() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("rho", "equation 2, exact", "equation 5, series", "series / exact"));
        for (double rho : new double[] {5, 10, 20, 50, 100, 500, 1999}) {
            double exact = Theory.exactVariance(rho);
            double series = Theory.approximateVariance(rho);
            rows.add(List.of(Text.format("%.0f", rho), Text.number(exact), Text.number(series),
                    Text.format("%.3f", series / exact)));
        }
        return Text.table(rows);
    }

    private static String decrease(List<Curve> curves, Setting setting) {
        StringBuilder text = new StringBuilder(Text.format("From step %d to %d the variance over %,d parameters falls",
                FIRST_STEP, LAST_STEP, setting.parameters()));
        for (Curve curve : curves) {
            text.append(Text.format("%s from %s to %s for gradients N(%.0f, 1)", curve == curves.getFirst() ? "" : ",",
                    Text.number(curve.first()), Text.number(curve.last()), curve.mean()));
        }
        return text + ". The farther gradients are from a mean of 0, the less there is to rectify.";
    }

    private static String flat(Curve centred) {
        return Text.format("Rectified, and with gradients of mean 0, it stays within a factor of %.2f from step %d on. "
                + "Adam's own falls by a factor of %.0f in these steps.", centred.spreadFrom(SETTLED), SETTLED,
                Arrays.stream(centred.indices(SETTLED)).mapToDouble(i -> centred.adaptive()[i]).max().orElseThrow()
                        / centred.last());
    }

    private static String theory(Curve centred) {
        double worst = 1;
        double worstStep = 0;
        for (int i = 0; i < centred.steps().length; i++) {
            double ratio = exact(centred.steps()[i]) / centred.adaptive()[i];
            if (Math.abs(Math.log(ratio)) > Math.abs(Math.log(worst))) {
                worst = ratio;
                worstStep = centred.steps()[i];
            }
        }
        return Text.format("Equation 2 takes Adam's average for one of rho equal weights. Against the simulation it is "
                + "off most at step %.0f, where it is %.2f times what was measured.", worstStep, worst);
    }

    private static String series() {
        return Text.format("Equation 5, from which the rectification follows, is %.1f times equation 2 at rho = 5, "
                + "%.0f %% above it at 10, and %.0f %% at 50.", ratio(5), 100 * (ratio(10) - 1), 100 * (ratio(50) - 1));
    }

    private static double ratio(double rho) {
        return Theory.approximateVariance(rho) / Theory.exactVariance(rho);
    }
}
