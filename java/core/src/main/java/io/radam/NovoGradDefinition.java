package io.radam;

import static io.radam.NovoGradSettings.AMSGRAD;
import static io.radam.NovoGradSettings.BETA1;
import static io.radam.NovoGradSettings.BETA2;
import static io.radam.NovoGradSettings.EPSILON;
import static io.radam.NovoGradSettings.GRAD_AVERAGING;

import java.util.List;

/** NovoGrad. */
final class NovoGradDefinition extends AlgorithmDefinition {
    NovoGradDefinition() {
        super("novograd", List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, EPSILON, Hyperparameters.WEIGHT_DECAY,
                Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE, GRAD_AVERAGING, AMSGRAD),
                List.of(new StateBuffer("exp_avg", true, 0)));
    }

    @Override
    Algorithm steppedBy() {
        return Algorithm.SGD;
    }

    @Override
    List<String> numbers() {
        return List.of("exp_avg_sq", "max_exp_avg_sq");
    }

    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return h.get(BETA1) > 0;
    }

    @Override
    void check(Hyperparameters h) {
        h.check(Hyperparameters.LEARNING_RATE);
        checkLearningRateAsFloat(h);
        h.check(BETA1);
        h.check(BETA2);
        h.check(EPSILON);
        checkWeightDecay(h, h.learningRate());
        h.check(Hyperparameters.GRADIENT_SCALE);
    }
}
