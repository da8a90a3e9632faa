package io.radam;

import static io.radam.RMSpropSettings.ALPHA;
import static io.radam.RMSpropSettings.CENTERED;
import static io.radam.RMSpropSettings.EPSILON;
import static io.radam.RMSpropSettings.EPSILON_IN_ROOT;
import static io.radam.RMSpropSettings.MOMENTUM;

import java.util.List;

/** RMSprop. */
final class RMSpropDefinition extends AlgorithmDefinition {
    RMSpropDefinition() {
        super("rmsprop", List.of(Hyperparameters.LEARNING_RATE, ALPHA, EPSILON, EPSILON_IN_ROOT, MOMENTUM, CENTERED,
                Hyperparameters.WEIGHT_DECAY, Hyperparameters.WEIGHT_DECAY_MODE, Hyperparameters.MAXIMIZE,
                Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("square_avg", false, 0), new StateBuffer("momentum_buffer", true, 0),
                        new StateBuffer("grad_avg", true, 0)));
    }

    @Override
    void setDefaults(Hyperparameters.Builder defaults) {
        defaults.set(Hyperparameters.LEARNING_RATE, 1e-2);
    }

    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return switch (buffer.name()) {
            case "momentum_buffer" -> h.get(MOMENTUM) > 0;
            case "grad_avg" -> h.get(CENTERED);
            default -> true;
        };
    }

    @Override
    void check(Hyperparameters h) {
        h.check(Hyperparameters.LEARNING_RATE);
        checkLearningRateAsFloat(h);
        h.check(ALPHA);
        h.check(EPSILON);
        h.check(MOMENTUM);
        checkWeightDecay(h, h.learningRate());
        h.check(Hyperparameters.GRADIENT_SCALE);
    }
}
