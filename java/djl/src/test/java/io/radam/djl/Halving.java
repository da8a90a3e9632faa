package io.radam.djl;

import io.radam.CustomAlgorithm;

/** An algorithm that only a program has: it goes the learning rate times an average of gradients. */
final class Halving {
    static final CustomAlgorithm ALGORITHM = CustomAlgorithm.builder("io.radam.djl.halving")
            .state("average", true)
            .coefficients((step, h, c) -> c[0] = h.learningRate(), "stepSize")
            .rule((count, c, p, g, state) -> step(count, c[0], p, g, state[0]))
            .build();

    private Halving() {
    }

    private static void step(int count, float stepSize, float[] p, float[] g, float[] average) {
        for (int i = 0; i < count; i++) {
            average[i] = (average[i] + g[i]) / 2;
            p[i] -= stepSize * average[i];
        }
    }
}
