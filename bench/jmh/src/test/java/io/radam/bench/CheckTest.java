package io.radam.bench;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.EpsilonPlacement;
import org.junit.jupiter.api.Test;

/** The check must tell a wrong optimizer from one that rounds. */
class CheckTest {
    private static final int SIZE = 1024;

    @Test
    void acceptsWhatIsRounded() {
        assertDoesNotThrow(() -> compare(expected(EpsilonPlacement.PLAIN), EpsilonPlacement.PLAIN));
    }

    @Test
    void tellsWhereEpsilonIs() {
        assertThrows(IllegalStateException.class,
                () -> compare(expected(EpsilonPlacement.PLAIN), EpsilonPlacement.BIAS_CORRECTED));
        assertThrows(IllegalStateException.class,
                () -> compare(expected(EpsilonPlacement.BIAS_CORRECTED), EpsilonPlacement.PLAIN));
    }

    @Test
    void findsOneWrongParameter() {
        for (int wrong : new int[] {0, SIZE / 2, SIZE - 1}) {
            float[] parameters = expected(EpsilonPlacement.PLAIN);
            parameters[wrong] += 1e-5f;
            String message = assertThrows(IllegalStateException.class,
                    () -> compare(parameters, EpsilonPlacement.PLAIN)).getMessage();
            assertTrue(message.startsWith("test: parameter " + wrong + " of 1024 is "), message);
        }
    }

    @Test
    void findsNotANumber() {
        float[] parameters = expected(EpsilonPlacement.PLAIN);
        parameters[7] = Float.NaN;
        assertThrows(IllegalStateException.class, () -> compare(parameters, EpsilonPlacement.PLAIN));
    }

    @Test
    void findsThatNothingWasDone() {
        assertThrows(IllegalStateException.class, () -> compare(Inputs.values(SIZE), EpsilonPlacement.PLAIN));
    }

    @Test
    void largeModelsAreSampledToTheEnds() {
        int size = (1 << 20) + 1;
        float[] parameters = new float[size];
        String message = assertThrows(IllegalStateException.class, () -> compare(parameters, EpsilonPlacement.PLAIN))
                .getMessage();
        assertTrue(message.contains(" of " + size), message);
    }

    private static float[] expected(EpsilonPlacement placement) {
        float[] parameters = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            parameters[i] = (float) Rule.expected(i, Check.STEPS, placement);
        }
        return parameters;
    }

    private static void compare(float[] parameters, EpsilonPlacement placement) {
        Check.compare("test", parameters, placement);
    }
}
