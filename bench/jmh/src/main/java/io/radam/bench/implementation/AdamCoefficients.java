package io.radam.bench.implementation;

import static io.radam.bench.Rule.BETA1;
import static io.radam.bench.Rule.BETA2;
import static io.radam.bench.Rule.EPSILON;
import static io.radam.bench.Rule.LEARNING_RATE;

/**
 * The scalars of one step, computed in double and rounded once.
 *
 * @param stepSize lr·√c2/c1
 * @param epsilon  added to √v; bias-corrected, as PyTorch does
 */
record AdamCoefficients(float oneMinusBeta1, float oneMinusBeta2, float stepSize, float epsilon) {
    static AdamCoefficients at(long step) {
        double rootC2 = Math.sqrt(1 - Math.pow(BETA2, step));
        double c1 = 1 - Math.pow(BETA1, step);
        return new AdamCoefficients((float) (1 - BETA1), (float) (1 - BETA2), (float) (LEARNING_RATE * rootC2 / c1),
                (float) (EPSILON * rootC2));
    }
}
