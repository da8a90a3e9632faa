package io.radam.recipes;

import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.RAdam;
import io.radam.StepOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** Softmax regression on handwritten digits. The model is in arrays, where radam steps it. */
public class ArrayDigits implements AutoCloseable {
    static final int PIXELS = 64;
    static final int CLASSES = 10;

    final float[][] weights = new float[CLASSES][PIXELS];
    final float[] bias = new float[CLASSES];
    final float[][] weightGradients = new float[CLASSES][PIXELS];
    final float[] biasGradient = new float[CLASSES];
    final Optimizer optimizer;

    ArrayDigits() {
        RAdam.Builder builder = RAdam.builder().learningRate(0.05).weightDecay(1e-3);
        for (int c = 0; c < CLASSES; c++) {
            builder.parameter(Parameter.of(weights[c], weightGradients[c]));
        }
        optimizer = builder.group(group -> group.weightDecay(0).parameter(Parameter.of(bias, biasGradient))).build();
    }

    /** Adds the gradient of the mean loss, and returns that. */
    double backward(float[][] images, int[] labels) {
        double loss = 0;
        for (int n = 0; n < images.length; n++) {
            double[] probabilities = probabilities(images[n]);
            loss -= Math.log(probabilities[labels[n]]);
            for (int c = 0; c < CLASSES; c++) {
                float error = (float) (probabilities[c] - (c == labels[n] ? 1 : 0)) / images.length;
                biasGradient[c] += error;
                for (int i = 0; i < PIXELS; i++) {
                    weightGradients[c][i] += error * images[n][i];
                }
            }
        }
        return loss / images.length;
    }

    /** One call for all arrays. The gradients are zero after it. */
    void step() {
        optimizer.step(StepOptions.NONE.withZeroGradients(true));
    }

    double[] probabilities(float[] image) {
        double[] exponentials = new double[CLASSES];
        for (int c = 0; c < CLASSES; c++) {
            float score = bias[c];
            for (int i = 0; i < PIXELS; i++) {
                score += weights[c][i] * image[i];
            }
            exponentials[c] = Math.exp(score);
        }
        double sum = Arrays.stream(exponentials).sum();
        return Arrays.stream(exponentials).map(exponential -> exponential / sum).toArray();
    }

    /** The share of the images for which the likeliest class is right. */
    double accuracy(float[][] images, int[] labels) {
        int right = 0;
        for (int n = 0; n < images.length; n++) {
            double[] probabilities = probabilities(images[n]);
            right += probabilities[labels[n]] == Arrays.stream(probabilities).max().getAsDouble() ? 1 : 0;
        }
        return (double) right / images.length;
    }

    @Override
    public void close() {
        optimizer.close();
    }

    /** The first argument is the file with the digits: a line has 64 pixels from 0 to 16, and the label. */
    public static void main(String[] args) throws IOException {
        int[][] lines;
        try (var reader = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(Path.of(args[0])))))) {
            lines = reader.lines().map(line -> Arrays.stream(line.split(",")).mapToInt(Integer::parseInt).toArray())
                    .toArray(int[][]::new);
        }
        float[][] images = new float[lines.length][PIXELS];
        int[] labels = new int[lines.length];
        for (int n = 0; n < lines.length; n++) {
            labels[n] = lines[n][PIXELS];
            for (int i = 0; i < PIXELS; i++) {
                images[n][i] = lines[n][i] / 16f;
            }
        }

        float[][] seen = Arrays.copyOf(images, 1500);
        float[][] unseen = Arrays.copyOfRange(images, 1500, images.length);
        try (ArrayDigits model = new ArrayDigits()) {
            for (int step = 0; step <= 200; step++) {
                double loss = model.backward(seen, labels);
                if (step % 100 == 0) {
                    System.out.printf(Locale.ROOT, "step %d: loss %.3f%n", step, loss);
                }
                model.step();
            }
            System.out.printf(Locale.ROOT, "right of the other digits: %.3f%n",
                    model.accuracy(unseen, Arrays.copyOfRange(labels, 1500, labels.length)));
        }
    }
}
