package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Small state does not change where training ends up: an ill-conditioned quadratic, sum of lambda x^2 / 2 with
 * curvatures from 1e-4 to 1 side by side in random order, so that all of them meet in every block.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SmallStateAccuracyTest {
    private static final int DIMENSIONS = 1_000_000;
    /** Of trainings with another beta2 than the default. */
    private static final int FEWER_DIMENSIONS = 100_000;
    private static final int STEPS = 2000;
    private static final double WITHIN = 0.02;
    private static final double BETA2 = 0.999;
    private static final double LONGER_BETA2 = 0.9999;

    private final Arena arena = Arena.ofShared();
    private final float[] curvature = new float[DIMENSIONS];
    private final float[] start = new float[DIMENSIONS];
    private double float32Loss;

    /** The final loss, and the part of all second moments that the last step did not change. */
    private record End(double loss, double standingStill) {
    }

    @BeforeAll
    void train() {
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < DIMENSIONS; i++) {
            curvature[i] = (float) Math.pow(10, -4 * random.nextDouble());
            start[i] = (float) random.nextGaussian();
        }
        float32Loss = trainFloat32(BETA2, DIMENSIONS);
    }

    @AfterAll
    void free() {
        arena.close();
    }

    /** Trains with float32 state, and returns the final loss. */
    private double trainFloat32(double beta2, int dimensions) {
        End end = train(StateType.FLOAT32, Rounding.STOCHASTIC, beta2, dimensions);
        assertTrue(end.loss < 0.5 * loss(MemorySegment.ofArray(start), dimensions),
                "training makes progress: " + end.loss);
        assertTrue(end.standingStill < 0.01, "second moments move: " + end.standingStill);
        return end.loss;
    }

    private double loss(MemorySegment x, int dimensions) {
        double sum = 0;
        for (int i = 0; i < dimensions; i++) {
            double xi = x.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            sum += curvature[i] * xi * xi / 2;
        }
        return sum;
    }

    private End train(StateType type, Rounding rounding, double beta2, int dimensions) {
        long bytes = 4L * dimensions;
        MemorySegment x = arena.allocate(bytes, 64).copyFrom(MemorySegment.ofArray(start).asSlice(0, bytes));
        MemorySegment gradient = arena.allocate(bytes, 64);
        Parameter parameter = Parameter.of(x, gradient);
        LearningRateSchedule schedule = LearningRateSchedule.linear(1, 0, STEPS + 1);
        try (Optimizer optimizer = RAdam.builder().parameter(parameter).stateType(type).stateRounding(rounding)
                .unrectified(Unrectified.MOMENTUM).learningRate(3e-3).betas(0.9, beta2).seed(3).build()) {
            byte[] before = null;
            for (int step = 1; step <= STEPS; step++) {
                IntStream.range(0, 64).parallel().forEach(part -> {
                    int end = (int) ((part + 1L) * dimensions / 64);
                    for (int i = (int) ((long) part * dimensions / 64); i < end; i++) {
                        gradient.setAtIndex(ValueLayout.JAVA_FLOAT, i,
                                curvature[i] * x.getAtIndex(ValueLayout.JAVA_FLOAT, i));
                    }
                });
                optimizer.setLearningRateFactor(schedule.factor(step));
                if (step == STEPS) {
                    before = AdamState.expAvgSq(optimizer.state(parameter)).toArray(ValueLayout.JAVA_BYTE);
                }
                optimizer.step();
            }
            byte[] after = AdamState.expAvgSq(optimizer.state(parameter)).toArray(ValueLayout.JAVA_BYTE);
            return new End(loss(x, dimensions), unchanged(before, after, type.bytes()));
        }
    }

    private static double unchanged(byte[] before, byte[] after, int size) {
        int same = 0;
        int dimensions = before.length / size;
        for (int i = 0; i < dimensions; i++) {
            boolean equal = true;
            for (int k = 0; k < size; k++) {
                equal &= before[i * size + k] == after[i * size + k];
            }
            same += equal ? 1 : 0;
        }
        return (double) same / dimensions;
    }

    private void assertAsGoodAsFloat32(StateType type) {
        assertAsGoodAs(float32Loss, type, BETA2, DIMENSIONS);
    }

    private void assertAsGoodAs(double float32Loss, StateType type, double beta2, int dimensions) {
        End end = train(type, Rounding.STOCHASTIC, beta2, dimensions);
        System.getLogger("io.radam.test").log(System.Logger.Level.INFO,
                "loss with {0} state over that with float32 state: {1}", type, end.loss / float32Loss);
        assertEquals(1, end.loss / float32Loss, WITHIN, "loss over that of float32");
    }

    @Test
    void block8() {
        assertAsGoodAsFloat32(StateType.BLOCK8);
    }

    @Test
    void bfloat16() {
        assertAsGoodAsFloat32(StateType.BFLOAT16);
    }

    /** A second moment moves by a ten-thousandth in a step, a thousandth of the distance of two levels. */
    @Test
    void withALongerMemory() {
        double loss = trainFloat32(LONGER_BETA2, FEWER_DIMENSIONS);
        assertAsGoodAs(loss, StateType.BLOCK8, LONGER_BETA2, FEWER_DIMENSIONS);
        assertAsGoodAs(loss, StateType.BFLOAT16, LONGER_BETA2, FEWER_DIMENSIONS);
    }

    /** Why rounding is stochastic: to nearest, the second moment does not follow the gradients. */
    @Test
    void roundedToNearestItStalls() {
        for (StateType type : new StateType[] {StateType.BLOCK8, StateType.BFLOAT16}) {
            End end = train(type, Rounding.NEAREST, BETA2, DIMENSIONS);
            System.getLogger("io.radam.test").log(System.Logger.Level.INFO,
                    "{0} to nearest: loss {1}, standing still {2}", type, end.loss / float32Loss, end.standingStill);
            assertTrue(end.standingStill > 0.99, type + ": " + end.standingStill);
            assertTrue(Math.abs(end.loss / float32Loss - 1) > WITHIN, type + ": " + end.loss / float32Loss);
        }
    }
}
