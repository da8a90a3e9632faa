package io.radam;

/** Builds an optimizer of any algorithm. */
final class AnyOptimizerBuilder extends OptimizerBuilder<AnyOptimizerBuilder, ParameterGroup.AnyBuilder> {
    AnyOptimizerBuilder(Hyperparameters hyperparameters) {
        super(hyperparameters);
    }

    @Override
    AnyOptimizerBuilder self() {
        return this;
    }

    @Override
    ParameterGroup.AnyBuilder newGroup() {
        return new ParameterGroup.AnyBuilder(this);
    }
}
