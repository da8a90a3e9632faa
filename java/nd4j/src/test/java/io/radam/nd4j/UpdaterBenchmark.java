package io.radam.nd4j;

import java.util.Locale;
import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Measures what the framework does to the parameters in a step: the update of the gradient, and the subtraction of it.
 * ND4J's own Adam and ours take turns.
 */
final class UpdaterBenchmark {
    private static final int WARM_UP = 10;

    private final INDArray numbers;
    private final INDArray gradient;
    private final INDArray parameters;
    private final GradientUpdater<?> updater;
    private final double[] milliseconds;
    private final double[] updateAlone;
    private int steps;

    private UpdaterBenchmark(IUpdater config, INDArray numbers, int rounds) {
        this.numbers = numbers;
        gradient = numbers.dup();
        parameters = Nd4j.zeros(DataType.FLOAT, numbers.length());
        updater = config.instantiate(Nd4j.zeros(DataType.FLOAT, config.stateSize(numbers.length())), true);
        milliseconds = new double[rounds];
        updateAlone = new double[rounds];
    }

    private void step() {
        gradient.assign(numbers);
        long start = System.nanoTime();
        updater.applyUpdater(gradient, steps, 0);
        long updated = System.nanoTime();
        parameters.subi(gradient);
        long end = System.nanoTime();
        if (steps >= WARM_UP) {
            updateAlone[steps - WARM_UP] = (updated - start) / 1e6;
            milliseconds[steps - WARM_UP] = (end - start) / 1e6;
        }
        steps++;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        java.util.Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static double least(double[] values) {
        return java.util.Arrays.stream(values).min().orElseThrow();
    }

    private static void compare(int length, int rounds) {
        float[] random = new float[length];
        Random source = new Random(1);
        for (int i = 0; i < length; i++) {
            random[i] = (float) source.nextGaussian();
        }
        INDArray numbers = Nd4j.createFromArray(random);
        UpdaterBenchmark own = new UpdaterBenchmark(new Adam(1e-3), numbers, rounds);
        UpdaterBenchmark ours = new UpdaterBenchmark(new AdamUpdater(1e-3), numbers, rounds);
        for (int i = 0; i < WARM_UP + rounds; i++) {
            own.step();
            ours.step();
        }
        double a = median(own.milliseconds);
        double b = median(ours.milliseconds);
        double difference = own.parameters.sub(ours.parameters).amaxNumber().doubleValue();
        System.out.printf(Locale.ROOT, "%,d parameters, medians: ND4J %.3f ms (update %.3f), ours %.3f ms "
                + "(update %.3f), %.1f times as fast%n", length, a, median(own.updateAlone), b,
                median(ours.updateAlone), a / b);
        a = least(own.milliseconds);
        b = least(ours.milliseconds);
        System.out.printf(Locale.ROOT, "%,d parameters, least: ND4J %.3f ms (update %.3f), ours %.3f ms "
                + "(update %.3f), %.1f times as fast; largest difference %.1e%n", length, a, least(own.updateAlone), b,
                least(ours.updateAlone), a / b, difference);
    }

    /**
     * Measures.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        System.out.println(io.radam.Backend.preferred() + ", " + Runtime.getRuntime().availableProcessors()
                + " processors, " + Nd4j.getEnvironment().maxThreads() + " threads of ND4J");
        compare(1_000_000, 200);
        compare(11_700_000, 40);
    }
}
