package io.radam.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;
import io.radam.LossScaler;

/** Multiplies losses by the loss scale. */
record ScalingCollector(GradientCollector collector, LossScaler scaler) implements GradientCollector {
    @Override
    public void backward(NDArray target) {
        try (NDArray scaled = target.mul(scaler.scale())) {
            collector.backward(scaled);
        }
    }

    @Override
    public void zeroGradients() {
        collector.zeroGradients();
    }

    @Override
    public void close() {
        collector.close();
    }
}
