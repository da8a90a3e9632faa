package io.radam.paper.rates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.demo.Torch;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DigitsTrainingTest {
    @BeforeAll
    static void start() throws IOException {
        Torch.start();
    }

    @Test
    void trainingIsAFunctionOfItsSeed() throws IOException {
        DigitsTraining training = new DigitsTraining(2);
        int[] epochs = {0};
        double first = training.accuracy(Method.RADAM, 0.01, 1, () -> epochs[0]++);
        assertEquals(2, epochs[0]);
        assertEquals(first, training.accuracy(Method.RADAM, 0.01, 1, () -> { }));
    }

    @Test
    void everyMethodLearns() throws IOException {
        DigitsTraining training = new DigitsTraining(3);
        for (Method method : Method.values()) {
            double accuracy = training.accuracy(method, 0.01, 1, () -> { });
            assertTrue(accuracy > 0.4, method + ": " + accuracy);
        }
    }

    @Test
    void whatDivergesHasNoAccuracy() throws IOException {
        assertEquals(Double.NaN, new DigitsTraining(1).accuracy(Method.SGD_MOMENTUM, 1e30, 1, () -> { }));
    }
}
