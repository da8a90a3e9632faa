package io.radam.djl;

import io.radam.Hyperparameters;
import io.radam.Lion;
import io.radam.NAdam;
import io.radam.OptimizerBuilder;
import io.radam.RAdam;
import io.radam.SGD;

/** Optimizers without a framework. */
final class Cores {
    private Cores() {
    }

    static OptimizerBuilder<?, ?> builder(Hyperparameters hyperparameters) {
        OptimizerBuilder<?, ?> builder = switch (hyperparameters.algorithm()) {
            case ADAM -> RAdam.builder();
            case SGD -> SGD.builder();
            case LION -> Lion.builder();
            case NADAM -> NAdam.builder();
        };
        builder.hyperparameters(hyperparameters);
        return builder;
    }
}
