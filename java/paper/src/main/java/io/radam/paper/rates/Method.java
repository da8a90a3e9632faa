package io.radam.paper.rates;

import io.radam.Adam;
import io.radam.EpsilonPlacement;
import io.radam.OptimizerBuilder;
import io.radam.RAdam;
import io.radam.SGD;

/**
 * The optimizers that the paper compares at several learning rates, and Adam with warm-up. All but SGD add epsilon to
 * sqrt(v) as it is.
 */
enum Method {
    RADAM("RAdam") {
        @Override
        OptimizerBuilder<?, ?> builder(int steps) {
            return RAdam.builder();
        }
    },
    ADAM("Adam") {
        @Override
        OptimizerBuilder<?, ?> builder(int steps) {
            return adam();
        }
    },
    /** Linear warm-up for a tenth of all steps. */
    ADAM_WARMUP("Adam + warm-up") {
        @Override
        OptimizerBuilder<?, ?> builder(int steps) {
            return adam().warmupSteps(steps / 10);
        }
    },
    SGD_MOMENTUM("SGD, momentum 0.9") {
        @Override
        OptimizerBuilder<?, ?> builder(int steps) {
            return SGD.builder().momentum(0.9);
        }
    };

    private final String label;

    Method(String label) {
        this.label = label;
    }

    /**
     * Its settings, but for the learning rate.
     *
     * @param steps of the training
     */
    abstract OptimizerBuilder<?, ?> builder(int steps);

    String label() {
        return label;
    }

    private static Adam.Builder adam() {
        return Adam.builder().epsilonPlacement(EpsilonPlacement.PLAIN);
    }
}
