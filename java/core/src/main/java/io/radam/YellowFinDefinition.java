package io.radam;

import static io.radam.YellowFinSettings.ADAPT_CLIP;
import static io.radam.YellowFinSettings.AUTO_CLIP_FACTOR;
import static io.radam.YellowFinSettings.BETA;
import static io.radam.YellowFinSettings.CLIP_THRESHOLD;
import static io.radam.YellowFinSettings.CURV_WIN_WIDTH;
import static io.radam.YellowFinSettings.LOG_SMOOTH;
import static io.radam.YellowFinSettings.MOMENTUM;
import static io.radam.YellowFinSettings.ZERO_DEBIAS;

import io.radam.internal.schedule.YellowFinTuner;
import java.util.List;

/** YellowFin. */
final class YellowFinDefinition extends AlgorithmDefinition {
    YellowFinDefinition() {
        super("yellowfin", List.of(Hyperparameters.LEARNING_RATE, MOMENTUM, BETA, CURV_WIN_WIDTH, CLIP_THRESHOLD,
                AUTO_CLIP_FACTOR, Hyperparameters.WEIGHT_DECAY, Hyperparameters.MAXIMIZE,
                Hyperparameters.GRADIENT_SCALE, ADAPT_CLIP, ZERO_DEBIAS, LOG_SMOOTH),
                List.of(new StateBuffer("momentum_buffer", true, 0), new StateBuffer("exp_avg", true, 0)));
    }

    @Override
    void setDefaults(Hyperparameters.Builder defaults) {
        defaults.set(Hyperparameters.LEARNING_RATE, 1e-4).set(ADAPT_CLIP, true).set(ZERO_DEBIAS, true)
                .set(LOG_SMOOTH, true);
    }

    @Override
    Algorithm steppedBy() {
        return Algorithm.SGD;
    }

    @Override
    boolean measuresGroup() {
        return true;
    }

    @Override
    List<String> numbers() {
        return YellowFinTuner.NAMES;
    }

    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return true;
    }

    @Override
    void check(Hyperparameters h) {
        h.check(Hyperparameters.LEARNING_RATE);
        checkLearningRateAsFloat(h);
        h.check(MOMENTUM);
        h.check(BETA);
        h.check(CURV_WIN_WIDTH);
        h.check(CLIP_THRESHOLD);
        h.check(AUTO_CLIP_FACTOR);
        checkWeightDecay(h, h.learningRate());
        h.check(Hyperparameters.GRADIENT_SCALE);
    }
}
