package io.radam.demo;

import io.radam.Adam;
import io.radam.AdamW;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.RAdam;
import io.radam.StateType;
import java.util.List;

/**
 * The optimizers that are compared. All are ours and step libtorch's memory; they differ only in their schedule, or in
 * how they store their state.
 */
enum Method {

    RADAM("RAdam") {
        @Override
        Optimizer create(List<Parameter> parameters, double learningRate, int warmupSteps) {
            return RAdam.builder().learningRate(learningRate).parameters(parameters).build();
        }
    },

    RADAM_BFLOAT16("RAdam, 16-bit state") {
        @Override
        Optimizer create(List<Parameter> parameters, double learningRate, int warmupSteps) {
            return RAdam.builder().learningRate(learningRate).parameters(parameters).stateType(StateType.BFLOAT16)
                    .build();
        }
    },

    RADAM_BLOCK8("RAdam, 8-bit state") {
        @Override
        Optimizer create(List<Parameter> parameters, double learningRate, int warmupSteps) {
            return RAdam.builder().learningRate(learningRate).parameters(parameters).stateType(StateType.BLOCK8).build();
        }
    },

    ADAM("Adam") {
        @Override
        Optimizer create(List<Parameter> parameters, double learningRate, int warmupSteps) {
            return Adam.builder().learningRate(learningRate).parameters(parameters).build();
        }
    },

    /** Without weight decay AdamW is Adam; this preset brings the linear warm-up of the RAdam authors' experiments. */
    ADAM_WARMUP("Adam + warm-up") {
        @Override
        Optimizer create(List<Parameter> parameters, double learningRate, int warmupSteps) {
            return AdamW.builder(AdamW.Preset.AUTHORS).learningRate(learningRate).weightDecay(0)
                    .warmupSteps(warmupSteps).parameters(parameters).build();
        }
    };

    private final String label;

    Method(String label) {
        this.label = label;
    }

    abstract Optimizer create(List<Parameter> parameters, double learningRate, int warmupSteps);

    String label() {
        return label;
    }
}
