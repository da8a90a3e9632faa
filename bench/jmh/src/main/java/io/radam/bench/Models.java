package io.radam.bench;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The tensors of models that people train, by their published shapes, and of two networks for the digits: that of the
 * demo, and one whose step is a large part of its training.
 */
public final class Models {
    /** The channels of the convolutions of {@code digits}. */
    public static final List<Integer> DIGITS_CHANNELS = List.of(16, 32);
    /** The width of the hidden layers of {@code mlp}. */
    public static final int MLP_WIDTH = 2200;
    /** The number of hidden layers of {@code mlp}. */
    public static final int MLP_LAYERS = 3;
    private static final int DIGITS_PIXELS = 64;
    private static final int DIGITS_CLASSES = 10;
    private static final int RESNET_CLASSES = 1000;
    private static final int GPT2_WORDS = 50257;
    private static final int GPT2_POSITIONS = 1024;
    private static final int GPT2_WIDTH = 768;
    private static final int GPT2_BLOCKS = 12;

    private Models() {
    }

    static Work named(String name) {
        return switch (name) {
            case "resnet18" -> new Work(name, resnet18().toArray());
            case "gpt2" -> new Work(name, gpt2().toArray());
            case "digits" -> new Work(name, digits().toArray());
            case "mlp" -> new Work(name, mlp().toArray());
            default -> throw new IllegalArgumentException("there is no model " + name);
        };
    }

    /** Convolutions, each with the two tensors of its normalization, and a linear layer: 62 tensors, 11.7 million. */
    private static IntStream resnet18() {
        IntStream.Builder sizes = IntStream.builder();
        convolution(sizes, 3, 64, 7);
        int before = 64;
        for (int channels : new int[] {64, 128, 256, 512}) {
            convolution(sizes, before, channels, 3);
            convolution(sizes, channels, channels, 3);
            if (before != channels) {
                convolution(sizes, before, channels, 1);
            }
            convolution(sizes, channels, channels, 3);
            convolution(sizes, channels, channels, 3);
            before = channels;
        }
        return sizes.add(before * RESNET_CLASSES).add(RESNET_CLASSES).build();
    }

    private static void convolution(IntStream.Builder sizes, int from, int to, int side) {
        sizes.add(from * to * side * side).add(to).add(to);
    }

    /** GPT-2 small, whose output layer is its word embedding: 148 tensors, 124 million. */
    private static IntStream gpt2() {
        IntStream.Builder sizes = IntStream.builder();
        sizes.add(GPT2_WORDS * GPT2_WIDTH).add(GPT2_POSITIONS * GPT2_WIDTH);
        for (int block = 0; block < GPT2_BLOCKS; block++) {
            normalization(sizes);
            linear(sizes, 3);
            linear(sizes, 1);
            normalization(sizes);
            linear(sizes, 4);
            sizes.add(4 * GPT2_WIDTH * GPT2_WIDTH).add(GPT2_WIDTH);
        }
        normalization(sizes);
        return sizes.build();
    }

    /** Two convolutions with biases, each followed by pooling, and a linear layer: 6 tensors, 6 thousand. */
    private static IntStream digits() {
        IntStream.Builder sizes = IntStream.builder();
        int before = 1;
        int pixels = DIGITS_PIXELS;
        for (int channels : DIGITS_CHANNELS) {
            sizes.add(before * channels * 3 * 3).add(channels);
            before = channels;
            pixels /= 4;
        }
        return sizes.add(before * pixels * DIGITS_CLASSES).add(DIGITS_CLASSES).build();
    }

    /** Linear layers: 8 tensors, 9.8 million. */
    private static IntStream mlp() {
        IntStream.Builder sizes = IntStream.builder();
        int before = DIGITS_PIXELS;
        for (int layer = 0; layer < MLP_LAYERS; layer++) {
            sizes.add(before * MLP_WIDTH).add(MLP_WIDTH);
            before = MLP_WIDTH;
        }
        return sizes.add(before * DIGITS_CLASSES).add(DIGITS_CLASSES).build();
    }

    private static void normalization(IntStream.Builder sizes) {
        sizes.add(GPT2_WIDTH).add(GPT2_WIDTH);
    }

    /** @param outputs as a multiple of the inputs */
    private static void linear(IntStream.Builder sizes, int outputs) {
        sizes.add(outputs * GPT2_WIDTH * GPT2_WIDTH).add(outputs * GPT2_WIDTH);
    }
}
