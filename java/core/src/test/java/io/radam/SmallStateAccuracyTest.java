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
    private static final int STEPS = 2000;
    private static final double WITHIN = 0.02;

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
        End end = train(StateType.FLOAT32, Rounding.STOCHASTIC);
        float32Loss = end.loss;
        assertTrue(float32Loss < 0.5 * loss(MemorySegment.ofArray(start)), "training makes progress: " + float32Loss);
        assertTrue(end.standingStill < 0.01, "second moments move: " + end.standingStill);
    }

    @AfterAll
    void free() {
        arena.close();
    }

    private double loss(MemorySegment x) {
        double sum = 0;
        for (int i = 0; i < DIMENSIONS; i++) {
            double xi = x.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            sum += curvature[i] * xi * xi / 2;
        }
        return sum;
    }

    private End train(StateType type, Rounding rounding) {
        MemorySegment x = arena.allocate(4L * DIMENSIONS, 64).copyFrom(MemorySegment.ofArray(start));
        MemorySegment gradient = arena.allocate(4L * DIMENSIONS, 64);
        Parameter parameter = Parameter.of(x, gradient);
        LearningRateSchedule schedule = LearningRateSchedule.linear(1, 0, STEPS + 1);
        try (Optimizer optimizer = RAdam.builder().parameter(parameter).stateType(type).stateRounding(rounding)
                .unrectified(Unrectified.MOMENTUM).learningRate(3e-3).seed(3).build()) {
            byte[] before = null;
            for (int step = 1; step <= STEPS; step++) {
                IntStream.range(0, 64).parallel().forEach(part -> {
                    int end = (int) ((part + 1L) * DIMENSIONS / 64);
                    for (int i = (int) ((long) part * DIMENSIONS / 64); i < end; i++) {
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
            return new End(loss(x), unchanged(before, after, type.bytes()));
        }
    }

    private static double unchanged(byte[] before, byte[] after, int size) {
        int same = 0;
        for (int i = 0; i < DIMENSIONS; i++) {
            boolean equal = true;
            for (int k = 0; k < size; k++) {
                equal &= before[i * size + k] == after[i * size + k];
            }
            same += equal ? 1 : 0;
        }
        return (double) same / DIMENSIONS;
    }

    private void assertAsGoodAsFloat32(StateType type) {
        End end = train(type, Rounding.STOCHASTIC);
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

    /** Why rounding is stochastic: to nearest, the second moment does not follow the gradients. */
    @Test
    void roundedToNearestItStalls() {
        for (StateType type : new StateType[] {StateType.BLOCK8, StateType.BFLOAT16}) {
            End end = train(type, Rounding.NEAREST);
            System.getLogger("io.radam.test").log(System.Logger.Level.INFO,
                    "{0} to nearest: loss {1}, standing still {2}", type, end.loss / float32Loss, end.standingStill);
            assertTrue(end.standingStill > 0.99, type + ": " + end.standingStill);
            assertTrue(Math.abs(end.loss / float32Loss - 1) > WITHIN, type + ": " + end.loss / float32Loss);
        }
    }
}
