package io.radam;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** An algorithm of the user's own. */
final class CustomDefinition extends AlgorithmDefinition {
    private final Map<Hyperparameter<?>, Object> defaults;
    /** For each buffer, which hyperparameters need it. */
    private final List<Predicate<Hyperparameters>> needed;

    CustomDefinition(CustomAlgorithm.Builder builder) {
        super(builder.name, all(builder), List.copyOf(builder.state));
        defaults = Map.copyOf(builder.defaults);
        needed = List.copyOf(builder.needed);
    }

    private static List<Hyperparameter<?>> all(CustomAlgorithm.Builder builder) {
        List<Hyperparameter<?>> all = new ArrayList<>();
        all.add(Hyperparameters.LEARNING_RATE);
        all.addAll(builder.hyperparameters);
        all.add(Hyperparameters.WEIGHT_DECAY);
        if (builder.decouplesDecay) {
            all.add(Hyperparameters.WEIGHT_DECAY_MODE);
        }
        all.add(Hyperparameters.MAXIMIZE);
        all.add(Hyperparameters.GRADIENT_SCALE);
        return List.copyOf(all);
    }

    @Override
    void setDefaults(Hyperparameters.Builder builder) {
        defaults.forEach((hyperparameter, value) -> set(builder, hyperparameter, value));
    }

    private static <T> void set(Hyperparameters.Builder builder, Hyperparameter<T> hyperparameter, Object value) {
        builder.set(hyperparameter, hyperparameter.type().cast(value));
    }

    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return needed.get(state.indexOf(buffer)).test(h);
    }

    @Override
    void check(Hyperparameters h) {
        hyperparameters.forEach(h::check);
        checkLearningRateAsFloat(h);
        checkWeightDecay(h, h.learningRate());
    }
}
