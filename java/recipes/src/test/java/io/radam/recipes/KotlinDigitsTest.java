package io.radam.recipes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.RAdam;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KotlinDigitsTest {
    @Test
    void arraysGetTheBitsOfPlainMemory() {
        List<Digit> digits = Digits.first(100);
        try (Network network = new Network();
                Reference reference = new Reference(RAdam.builder().learningRate(0.01).weightDecay(1e-3))) {
            reference.add(each(network, Dense::getWeights));
            reference.addWithoutDecay(each(network, Dense::getBias));

            double first = network.backward(digits);
            double last = first;
            for (int step = 1; step <= 120; step++) {
                reference.step(all(network, Dense::getWeightGradient, Dense::getBiasGradient));
                network.step();
                reference.assertSame(all(network, Dense::getWeights, Dense::getBias));
                last = network.backward(digits);
            }

            assertTrue(last < first / 2, "the loss went from " + first + " to " + last);
        }
    }

    /** Against differences of the loss. */
    @Test
    void gradientsAreThoseOfTheLoss() {
        List<Digit> digits = Digits.first(20);
        try (Network network = new Network()) {
            network.backward(digits);
            List<float[]> gradients = each(network, layer -> layer.getWeightGradient().clone());
            for (int l = 0; l < gradients.size(); l++) {
                Dense layer = network.getLayers().get(l);
                float[] gradient = gradients.get(l);
                for (int i = 3; i < gradient.length; i += 97) {
                    float weight = layer.getWeights()[i];
                    layer.getWeights()[i] = weight + 0.001f;
                    double above = network.backward(digits);
                    layer.getWeights()[i] = weight - 0.001f;
                    double below = network.backward(digits);
                    layer.getWeights()[i] = weight;
                    assertEquals((above - below) / 0.002, gradient[i], 3e-4, "weight " + i);
                }
            }
        }
    }

    private static List<float[]> each(Network network, Function<Dense, float[]> array) {
        return network.getLayers().stream().map(array).toList();
    }

    private static List<float[]> all(Network network, Function<Dense, float[]> weights, Function<Dense, float[]> bias) {
        return Stream.concat(each(network, weights).stream(), each(network, bias).stream()).toList();
    }
}
