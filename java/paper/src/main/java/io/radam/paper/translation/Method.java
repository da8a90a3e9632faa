package io.radam.paper.translation;

import io.radam.Adam;
import io.radam.EpsilonPlacement;
import io.radam.OptimizerBuilder;
import io.radam.RAdam;
import io.radam.SGD;

/**
 * The optimizers that the paper compares on a Transformer, and one more. They differ only in what their names say. All
 * add epsilon where RAdam and the paper's own Adam with warm-up do.
 */
enum Method {
    ADAM("Adam") {
        @Override
        OptimizerBuilder<?, ?> builder(int steps) {
            return adam();
        }
    },
    /** The paper's 2,000 frozen steps are half as long as its warm-up; so they are here. */
    ADAM_2K("Adam-2k") {
        @Override
        OptimizerBuilder<?, ?> builder(int steps) {
            return adam().frozenSteps(warmup(steps) / 2);
        }
    },
    ADAM_EPS("Adam-eps") {
        @Override
        OptimizerBuilder<?, ?> builder(int steps) {
            return adam().epsilon(1e-4);
        }
    },
    ADAM_WARMUP("Adam + warm-up") {
        @Override
        OptimizerBuilder<?, ?> builder(int steps) {
            return adam().warmupSteps(warmup(steps));
        }
    },
    /** Jerry Ma and Denis Yarats, "On the adequacy of untuned warmup for adaptive optimization", AAAI 2021. */
    ADAM_UNTUNED("Adam + 2,000 of warm-up") {
        @Override
        OptimizerBuilder<?, ?> builder(int steps) {
            return adam().warmupSteps(2000);
        }
    },
    RADAM("RAdam") {
        @Override
        OptimizerBuilder<?, ?> builder(int steps) {
            return RAdam.builder();
        }
    },
    RADAM_WARMUP("RAdam + warm-up") {
        @Override
        OptimizerBuilder<?, ?> builder(int steps) {
            return RAdam.builder().warmupSteps(warmup(steps));
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

    /** The steps of the linear warm-up in a training. */
    static int warmup(int steps) {
        return steps / 4;
    }

    private static Adam.Builder adam() {
        return Adam.builder().epsilonPlacement(EpsilonPlacement.PLAIN);
    }
}
