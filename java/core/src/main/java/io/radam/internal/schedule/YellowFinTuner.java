package io.radam.internal.schedule;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What YellowFin measures, and how its learning rate and its momentum follow: the very operations of {@code
 * yellowfin.h}, which {@code radam.h} documents.
 */
public final class YellowFinTuner {
    /** {@code RADAM_MAX_CURV_WIN_WIDTH}. */
    private static final int WINDOW_WIDTH = 64;

    private static final int STEPS = 0;
    private static final int WEIGHT = 1;
    private static final int H_MIN = 2;
    private static final int H_MAX = 3;
    private static final int NORM_SQUARED = 4;
    private static final int NORM = 5;
    private static final int DIST_TO_OPT = 6;
    private static final int LEARNING_RATE = 7;
    private static final int MOMENTUM = 8;
    private static final int WINDOW = 9;

    /** The names of its numbers. */
    public static final List<String> NAMES = Stream.concat(
            Stream.of("steps", "weight", "h_min", "h_max", "norm_squared", "norm", "dist_to_opt", "learning_rate",
                    "momentum"),
            IntStream.range(0, WINDOW_WIDTH).mapToObj(i -> "window_" + i)).toList();

    private static final double EPSILON = 1e-6;
    private static final double LOG2_OF_EPSILON = -0x1.3ee7b471b3a95p+4;

    /**
     * What of hyperparameters it goes by.
     *
     * @param stepSize of step 1, but for the factor of learning rates
     */
    record Settings(float stepSize, float firstMomentum, float weight, float width, float clipThreshold,
            float autoClipFactor, boolean adaptClip, boolean zeroDebias, boolean logSmooth) {
        Settings withStepSize(float other) {
            return other == stepSize ? this : new Settings(other, firstMomentum, weight, width, clipThreshold,
                    autoClipFactor, adaptClip, zeroDebias, logSmooth);
        }
    }

    // Of a step.
    double before;
    double after;
    double learningRate;
    double momentum;

    // The tensors of a group mostly have the same numbers: what is computed of them once is the same for all.
    private final double[] moved = new double[NAMES.size()];
    private final double[] movedFrom = new double[NAMES.size()];
    private final double[] movedBy = new double[3];
    /** By which they were moved; null before the first time. */
    private Settings settings;
    private boolean known;

    /** Computes what a step goes by, and replaces the numbers, unless the sums are none. */
    void tune(Settings by, double ofAverage, double product, double ofGradient, double[] numbers) {
        if (!by.equals(settings) || Double.compare(ofAverage, movedBy[0]) != 0
                || Double.compare(product, movedBy[1]) != 0 || Double.compare(ofGradient, movedBy[2]) != 0
                || !Arrays.equals(numbers, movedFrom)) {
            settings = by;
            compute(ofAverage, product, ofGradient, numbers);
        }
        if (known) {
            System.arraycopy(moved, 0, numbers, 0, numbers.length);
        }
    }

    private void compute(double ofAverage, double product, double ofGradient, double[] numbers) {
        System.arraycopy(numbers, 0, movedFrom, 0, numbers.length);
        movedBy[0] = ofAverage;
        movedBy[1] = product;
        movedBy[2] = ofGradient;
        System.arraycopy(numbers, 0, moved, 0, numbers.length);
        move(ofAverage, product, ofGradient);
        known = moved[MOMENTUM] <= 1;
        for (double each : moved) {
            known &= each >= 0 && each <= Double.MAX_VALUE;
        }
        boolean begins = numbers[STEPS] == 0;
        boolean hadMomentum = numbers[MOMENTUM] > 0;
        if (!known) {
            before = 1;
            after = 1;
        }
        double[] present = known ? moved : numbers;
        learningRate = known || !begins ? present[LEARNING_RATE] : settings.stepSize();
        double tuned = known || !begins ? present[MOMENTUM] : settings.firstMomentum();
        momentum = begins || hadMomentum ? tuned < 1 ? tuned : 1 : 0;
    }

    private void move(double ofAverage, double product, double ofGradient) {
        double rest = 1 - (double) settings.weight();
        double steps = moved[STEPS] + 1;
        double lastHMax = smoothed(moved[H_MAX]);
        before = 1;
        after = 1;
        double norm = Math.sqrt(ofGradient);
        if (settings.clipThreshold() > 0) {
            norm *= clip(norm, settings.clipThreshold());
        } else if (settings.autoClipFactor() > 0 && steps > 1) {
            norm *= clip(norm, settings.autoClipFactor() * Math.sqrt(lastHMax));
        }
        if (settings.adaptClip() && steps > 2) {
            norm *= clip(norm, Math.sqrt(100 * lastHMax) + EPSILON);
        }
        double squared = norm * norm;
        if (settings.adaptClip() && steps > 1 && squared >= lastHMax) {
            after = clipping(norm, Math.sqrt(lastHMax) + EPSILON);
        }

        System.arraycopy(moved, WINDOW, moved, WINDOW + 1, WINDOW_WIDTH - 1);
        moved[WINDOW] = squared;
        double least = squared;
        double most = squared;
        for (int i = 1; i < settings.width() && i < steps; i++) {
            double other = moved[WINDOW + i];
            least = other < least ? other : least;
            most = other > most ? other : most;
        }

        moved[STEPS] = steps;
        moved[WEIGHT] = next(moved[WEIGHT], 1);
        moved[H_MIN] = next(moved[H_MIN], toSmooth(least));
        moved[H_MAX] = next(moved[H_MAX], toSmooth(most));
        moved[NORM_SQUARED] = next(moved[NORM_SQUARED], squared);
        moved[NORM] = next(moved[NORM], norm);
        moved[DIST_TO_OPT] = next(moved[DIST_TO_OPT], moved[NORM] / (moved[NORM_SQUARED] + EPSILON));

        if (steps > 1) {
            double divisor = settings.zeroDebias() ? moved[WEIGHT] : 1;
            double mean = rest * rest * ofAverage + 2 * (rest * settings.weight()) * (before * product)
                    + (double) settings.weight() * settings.weight() * squared;
            double variance = moved[NORM_SQUARED] / divisor - mean / (divisor * divisor);
            solve(smoothed(moved[H_MIN]), smoothed(moved[H_MAX]), variance > EPSILON ? variance : EPSILON,
                    moved[DIST_TO_OPT] / divisor);
            double warmup = steps / (10 * (double) settings.width());
            if (warmup < 1) {
                moved[LEARNING_RATE] *= warmup;
            }
        } else {
            moved[MOMENTUM] = settings.firstMomentum();
            moved[LEARNING_RATE] = settings.stepSize();
        }
        if (settings.adaptClip() && moved[LEARNING_RATE] * norm >= 100) {
            moved[LEARNING_RATE] = 100 / Math.sqrt(squared + EPSILON);
        }
    }

    private void solve(double hMin, double hMax, double variance, double distance) {
        double root = (distance + EPSILON) * (hMin + EPSILON);
        double q = root * root / 2 / (variance + EPSILON);
        double cube = (Math.sqrt(q * q + 4.0 / 27 * (q * q * q)) + q) / 2;
        double w = -RealPower.cubeRoot(cube);
        double x = w - q / 3 / (w + EPSILON) + 1;
        double range = (hMax + EPSILON) / (hMin + EPSILON);
        double least = 1 + EPSILON;
        double rootOfRange = Math.sqrt(range > least ? range : least);
        double ratio = (rootOfRange - 1) / (rootOfRange + 1);
        double byX = x * x;
        double byRange = ratio * ratio;
        moved[MOMENTUM] = byX > byRange ? byX : byRange;
        double complement = 1 - Math.sqrt(moved[MOMENTUM]);
        moved[LEARNING_RATE] = complement * complement / (hMin + EPSILON);
    }

    private double clip(double norm, double limit) {
        double factor = clipping(norm, limit);
        before *= factor;
        return factor;
    }

    private static double clipping(double norm, double limit) {
        double factor = limit / (norm + EPSILON);
        return factor < 1 ? factor : 1;
    }

    private double next(double average, double x) {
        double part = settings.weight();
        return (1 - part) * average + part * x;
    }

    private double toSmooth(double curvature) {
        if (!settings.logSmooth()) {
            return curvature;
        }
        double logarithm = RealPower.log2(curvature + EPSILON) - LOG2_OF_EPSILON;
        return logarithm > 0 ? logarithm : 0;
    }

    /** By the present weight. */
    private double smoothed(double average) {
        double divisor = settings.zeroDebias() ? moved[WEIGHT] : 1;
        if (!settings.logSmooth()) {
            return average / divisor;
        }
        double logarithm = average / divisor + moved[WEIGHT] / divisor * LOG2_OF_EPSILON;
        return RealPower.twoTo(logarithm < 900 ? logarithm : 900);
    }
}
