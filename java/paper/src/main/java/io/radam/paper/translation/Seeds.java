package io.radam.paper.translation;

import io.radam.paper.Text;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/** The perplexities of one trial with each seed, in the order of seeds. */
record Seeds(String label, double[] last) {
    static Seeds of(String label, List<Curve> curves) {
        return new Seeds(label, curves.stream().mapToDouble(Curve::last).toArray());
    }

    /** Not finite if one of the seeds diverged. */
    double mean() {
        return geometricMean(Arrays.stream(last));
    }

    static double geometricMean(DoubleStream numbers) {
        return Math.exp(numbers.map(Math::log).average().orElseThrow());
    }

    /** The mean, and the lowest and the highest of several seeds. */
    String shown() {
        return shown(mean()) + (last.length == 1 ? "" : " (" + shown(Arrays.stream(last).min().orElseThrow()) + " to "
                + shown(Arrays.stream(last).max().orElseThrow()) + ")");
    }

    static String shown(double perplexity) {
        return Double.isFinite(perplexity) ? Text.number(perplexity) : "diverged";
    }

    /** How this compares with another, seed by seed, since a seed gives both the same beginning and batches. */
    String against(Seeds other) {
        double ratio = mean() / other.mean();
        if (!Double.isFinite(ratio) || !Double.isFinite(other.mean())) {
            return label + " cannot be compared, for one of them diverged";
        }
        double[] ratios = new double[last.length];
        Arrays.setAll(ratios, i -> last[i] / other.last[i]);
        Arrays.sort(ratios);
        return label + Text.format(" has %.2f times its perplexity", ratio) + (ratios.length == 1 ? ""
                : Text.format(" (%.2f to %.2f over the seeds)", ratios[0], ratios[ratios.length - 1]));
    }
}
