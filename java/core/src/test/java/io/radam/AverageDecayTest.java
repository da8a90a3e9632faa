package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Moving averages whose decay changes. */
class AverageDecayTest {
    private static Optimizer training(Backend backend, float[] values, float[] average, AverageDecay decay, double rate) {
        return SGD.builder().learningRate(rate).backend(backend).parameter(Parameter
                .builder(MemorySegment.ofArray(values), MemorySegment.ofArray(new float[] {1, -1, 0.5f}))
                .average(MemorySegment.ofArray(average), decay).build()).build();
    }

    /** The average of a constant value is that value, whatever the memory held before. */
    @Test
    void biasCorrectedOfAConstant() {
        for (Backend backend : Backend.available()) {
            float[] average = {0, -7, 1};
            try (Optimizer sgd = training(backend, new float[] {1, 1, 1}, average, AverageDecay.biasCorrected(0.999), 0)) {
                for (int step = 0; step < 100; step++) {
                    sgd.step();
                }
            }
            assertArrayEquals(new float[] {1, 1, 1}, average);
        }
    }

    /** The weighted mean of all values, written out. */
    @Test
    void biasCorrected() {
        double decay = 0.9;
        for (Backend backend : Backend.available()) {
            float[] values = {1, 2, 3};
            float[] average = new float[3];
            try (Optimizer sgd = training(backend, values, average, AverageDecay.biasCorrected(decay), 0.25)) {
                double[] sum = new double[3];
                double weights = 0;
                for (int step = 0; step < 20; step++) {
                    sgd.step();
                    weights = decay * weights + 1;
                    for (int i = 0; i < 3; i++) {
                        sum[i] = decay * sum[i] + values[i];
                        assertEquals(sum[i] / weights, average[i], 1e-5);
                    }
                }
            }
        }
    }

    @Test
    void warmedUp() {
        AverageDecay decay = AverageDecay.warmedUp(0.9);
        assertEquals(2.0 / 11, decay.decay(1));
        assertEquals(0.5, decay.decay(8));
        assertEquals(0.9, decay.decay(81), 1e-15);
        assertEquals(0.9, decay.decay(1_000_000));
    }

    /** The decay depends on the parameter's own step number, also after a snapshot is restored. */
    @Test
    void goesByTheStepNumber() {
        float[] average = {0, 0, 0};
        float[] values = {1, 2, 3};
        AverageDecay decay = step -> step == 8 ? 0.5 : 1;
        try (Optimizer sgd = training(Backend.preferred(), values, average, decay, 0)) {
            Parameter parameter = sgd.groups().getFirst().parameters().getFirst();
            sgd.step();
            assertArrayEquals(new float[3], average);
            OptimizerSnapshot snapshot = sgd.snapshot();
            sgd.setStepCount(parameter, 7);
            sgd.step();
            assertArrayEquals(new float[] {0.5f, 1, 1.5f}, average);
            sgd.restore(snapshot);
            sgd.step();
            assertArrayEquals(new float[] {0.5f, 1, 1.5f}, average);
        }
    }

    @Test
    void aStepWithoutADecay() {
        for (double wrong : new double[] {-0.25, 1.25, Double.NaN}) {
            for (Backend backend : Backend.available()) {
                float[] average = {0, 0, 0};
                float[] values = {1, 2, 3};
                AverageDecay decay = step -> step == 2 ? wrong : 1;
                try (Optimizer sgd = training(backend, values, average, decay, 1)) {
                    sgd.step();
                    float[] before = values.clone();
                    String message = assertThrows(InvalidParameterException.class, sgd::step).getMessage();
                    assertTrue(message.contains("step 2") && message.contains("" + wrong), message);
                    assertArrayEquals(before, values);
                    assertEquals(1, sgd.stepCount(sgd.groups().getFirst().parameters().getFirst()));
                }
            }
        }
    }

    /** The function of a decay may do anything: close the step's memory, which several threads would write. */
    @Test
    void aFunctionThatClosesMemory() {
        for (Backend backend : Backend.available()) {
            for (boolean sequential : new boolean[] {false, true}) {
                aFunctionThatClosesMemory(backend, sequential, Arena.ofConfined());
                aFunctionThatClosesMemory(backend, sequential, Arena.ofShared());
            }
        }
    }

    private static void aFunctionThatClosesMemory(Backend backend, boolean sequential, Arena arena) {
        int length = 300_000; // with work for several threads
        float[] values = new float[length];
        Parameter first = Parameter.of(values, Numbers.random(1, length));
        Parameter second = Parameter.builder(arena.allocate(4L * length, 4), arena.allocate(4L * length, 4))
                .average(arena.allocate(4L * length, 4), step -> {
                    arena.close();
                    return 0.5;
                }).build();
        SGD.Builder builder = SGD.builder().backend(backend).learningRate(1).parameter(first).parameter(second);
        if (sequential) {
            builder.sequential();
        }
        try (Optimizer sgd = builder.build()) {
            String message = assertThrows(InvalidParameterException.class, sgd::step).getMessage();
            assertTrue(message.contains("closed"), message);
            assertArrayEquals(new float[length], values);
            assertEquals(0, sgd.stepCount(first));
        }
    }

    /** As of {@link LearningRateSchedule}. */
    @Test
    void noneHasAStepBelowOne() {
        for (AverageDecay decay : List.of(AverageDecay.constant(0.9), AverageDecay.biasCorrected(0.9),
                AverageDecay.biasCorrected(0), AverageDecay.warmedUp(0.9))) {
            for (long step : new long[] {0, -1, -10, Long.MIN_VALUE}) {
                String message = assertThrows(IllegalArgumentException.class, () -> decay.decay(step)).getMessage();
                assertEquals("steps are counted from 1, but step is " + step, message);
            }
        }
    }

    @Test
    void decaysThatThereCannotBe() {
        for (double wrong : new double[] {-0.1, 1.1, Double.NaN}) {
            for (Runnable made : new Runnable[] {() -> AverageDecay.constant(wrong), () -> AverageDecay.warmedUp(wrong),
                    () -> AverageDecay.biasCorrected(wrong)}) {
                String message = assertThrows(InvalidParameterException.class, made::run).getMessage();
                assertTrue(message.contains("" + wrong), message);
            }
        }
        assertThrows(InvalidParameterException.class, () -> AverageDecay.biasCorrected(1));
    }
}
