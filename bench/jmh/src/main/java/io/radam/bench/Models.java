package io.radam.bench;

import java.util.stream.IntStream;

/** The tensors of models that people train, by their published shapes. */
final class Models {
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

    private static void normalization(IntStream.Builder sizes) {
        sizes.add(GPT2_WIDTH).add(GPT2_WIDTH);
    }

    /** @param outputs as a multiple of the inputs */
    private static void linear(IntStream.Builder sizes, int outputs) {
        sizes.add(outputs * GPT2_WIDTH * GPT2_WIDTH).add(outputs * GPT2_WIDTH);
    }
}
