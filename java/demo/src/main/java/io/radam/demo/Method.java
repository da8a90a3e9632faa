package io.radam.demo;

import io.radam.Adam;
import io.radam.AdamW;
import io.radam.OptimizerBuilder;
import io.radam.RAdam;
import io.radam.StateType;

/**
 * The optimizers that are compared. All are ours and step libtorch's memory; they differ only in their schedule, or in
 * how they store their state.
 */
enum Method {

    RADAM("RAdam") {
        @Override
        OptimizerBuilder<?, ?> builder(double learningRate, int warmupSteps) {
            return RAdam.builder().learningRate(learningRate);
        }
    },

    RADAM_BFLOAT16("RAdam, 16-bit state") {
        @Override
        OptimizerBuilder<?, ?> builder(double learningRate, int warmupSteps) {
            return RAdam.builder().learningRate(learningRate).stateType(StateType.BFLOAT16);
        }
    },

    RADAM_BLOCK8("RAdam, 8-bit state") {
        @Override
        OptimizerBuilder<?, ?> builder(double learningRate, int warmupSteps) {
            return RAdam.builder().learningRate(learningRate).stateType(StateType.BLOCK8);
        }
    },

    ADAM("Adam") {
        @Override
        OptimizerBuilder<?, ?> builder(double learningRate, int warmupSteps) {
            return Adam.builder().learningRate(learningRate);
        }
    },

    /** Without weight decay AdamW is Adam; this preset brings the linear warm-up of the RAdam authors' experiments. */
    ADAM_WARMUP("Adam + warm-up") {
        @Override
        OptimizerBuilder<?, ?> builder(double learningRate, int warmupSteps) {
            return AdamW.builder(AdamW.Preset.AUTHORS).learningRate(learningRate).weightDecay(0)
                    .warmupSteps(warmupSteps);
        }
    };

    private final String label;

    Method(String label) {
        this.label = label;
    }

    abstract OptimizerBuilder<?, ?> builder(double learningRate, int warmupSteps);

    String label() {
        return label;
    }
}
