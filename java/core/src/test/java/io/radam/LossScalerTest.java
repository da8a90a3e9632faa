package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class LossScalerTest {
    @Test
    void growsAndBacksOff() {
        LossScaler scaler = new LossScaler(8, 2, 0.25, 3);
        boolean[] applied = {true, true, true, true, false, true, true, true, true};
        double[] expected = {8, 8, 16, 16, 4, 4, 4, 8, 8};
        for (int i = 0; i < applied.length; i++) {
            scaler.update(applied[i]);
            assertEquals(expected[i], scaler.scale(), "after step " + i);
        }
        assertEquals(1, scaler.appliedInARow());
    }

    @Test
    void defaultsArePyTorchs() {
        LossScaler scaler = new LossScaler();
        assertEquals(65_536, scaler.scale());
        for (int i = 0; i < 2000; i++) {
            assertEquals(65_536, scaler.scale());
            scaler.update(true);
        }
        assertEquals(131_072, scaler.scale());
        scaler.update(false);
        assertEquals(65_536, scaler.scale());
    }

    @Test
    void staysWhereStepOptionsTakeIt() {
        LossScaler scaler = new LossScaler(1, 2, 0.5, 1);
        for (int i = 0; i < 300; i++) {
            scaler.update(true);
            StepOptions.NONE.withLossScale(scaler.scale());
        }
        for (int i = 0; i < 600; i++) {
            scaler.update(false);
            StepOptions.NONE.withLossScale(scaler.scale());
        }
    }

    @Test
    void goesOnFromACheckpoint() {
        LossScaler one = new LossScaler(8, 2, 0.5, 3);
        one.update(true);
        LossScaler other = new LossScaler(1, 2, 0.5, 3);
        other.restore(one.scale(), one.appliedInARow());
        for (int i = 0; i < 2; i++) {
            one.update(true);
            other.update(true);
            assertEquals(one.scale(), other.scale());
        }
        assertEquals(16, other.scale());
    }

    /** In training: 16-bit gradients of a loss that is scaled too much overflow, until the scale fits. */
    @Test
    void findsAScale() {
        short[] gradient = {0};
        float[] value = {1};
        Parameter parameter = Parameter.builder(java.lang.foreign.MemorySegment.ofArray(value),
                java.lang.foreign.MemorySegment.ofArray(gradient)).gradientType(DType.FLOAT16).build();
        try (Optimizer adam = Adam.builder().parameter(parameter).learningRate(0.1).build()) {
            LossScaler scaler = new LossScaler();
            int skipped = 0;
            for (int step = 0; step < 50; step++) {
                gradient[0] = Float.floatToFloat16((float) (4 * value[0] * scaler.scale()));
                float before = value[0];
                StepResult result =
                        adam.step(StepOptions.NONE.withLossScale(scaler.scale()).withSkipNonFinite(true));
                scaler.update(result.applied());
                if (!result.applied()) {
                    skipped++;
                    assertEquals(before, value[0]);
                }
            }
            assertTrue(skipped >= 2 && skipped < 10, "skipped " + skipped);
            assertEquals(50 - skipped, adam.state(parameter).step());
            assertTrue(Math.abs(value[0]) < 0.5, "value " + value[0]);
            assertFalse(scaler.scale() > 65_504 / 4.0 * 2);
        }
    }

    @Test
    void whatIsOutOfRange() {
        for (Executable wrong : List.<Executable>of(
                () -> new LossScaler(0, 2, 0.5, 1),
                () -> new LossScaler(-1, 2, 0.5, 1),
                () -> new LossScaler(Double.NaN, 2, 0.5, 1),
                () -> new LossScaler(Double.POSITIVE_INFINITY, 2, 0.5, 1),
                () -> new LossScaler(1, 1, 0.5, 1),
                () -> new LossScaler(1, 2, 1, 1),
                () -> new LossScaler(1, 2, 0, 1),
                () -> new LossScaler(1, 2, 0.5, 0),
                () -> new LossScaler().restore(1, 2000),
                () -> new LossScaler().restore(1, -1))) {
            assertThrows(InvalidHyperparameterException.class, wrong);
        }
    }
}
