package io.radam.paper.translation;

import io.radam.OptimizerBuilder;
import io.radam.paper.Text;
import java.util.Locale;

/**
 * What may differ between trainings of one setting.
 *
 * @param preNorm layer norm before each part of a layer, and not after the residual connection
 */
record Trial(Method method, double learningRate, boolean preNorm, long seed) {
    /** Whose learning rate is the one of the paper's figure, with the first Transformer's layers. */
    static Trial of(Method method, long seed) {
        return new Trial(method, Training.LEARNING_RATE, false, seed);
    }

    /** The name of its file of results, for a training of so many steps. */
    String run(int steps) {
        return Text.format("translation-%d-%s-%s-%s-%d", steps, method.name().toLowerCase(Locale.ROOT),
                Text.plain(learningRate), norm(), seed);
    }

    String label() {
        return Text.format("%s, %s-LN, learning rate %s, seed %d", method.label(), norm(), Text.plain(learningRate),
                seed);
    }

    String norm() {
        return preNorm ? "pre" : "post";
    }

    /** Of a training of so many steps. */
    OptimizerBuilder<?, ?> builder(int steps) {
        return method.builder(steps).learningRate(learningRate);
    }
}
