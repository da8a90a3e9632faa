package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class PlateauScheduleTest {
    private static void assertFactors(PlateauSchedule schedule, double[]... lossesAndFactors) {
        for (int i = 0; i < lossesAndFactors.length; i++) {
            schedule.update(lossesAndFactors[i][0]);
            assertEquals(lossesAndFactors[i][1], schedule.factor(), 1e-15, "after loss " + i);
        }
    }

    /** By hand, along the code of PyTorch's {@code ReduceLROnPlateau.step}. */
    @Test
    void everySetting() {
        PlateauSchedule schedule = new PlateauSchedule(0.5, 1, 0.1, 2, 0.2);
        assertEquals(1, schedule.factor());
        assertFactors(schedule,
                new double[] {1, 1},       // the best
                new double[] {0.95, 1},    // not better than 0.9: one
                new double[] {0.91, 0.5},  // two, which is more than the patience
                new double[] {2, 0.5},     // cooldown
                new double[] {2, 0.5},     // cooldown
                new double[] {2, 0.5},     // one
                new double[] {2, 0.25},    // two
                new double[] {0.8, 0.25},  // cooldown; the best
                new double[] {0.75, 0.25}, // cooldown; not better than 0.72
                new double[] {0.75, 0.25}, // one
                new double[] {0.7, 0.25},  // the best
                new double[] {0.7, 0.25},  // one
                new double[] {0.7, 0.2});  // two; not below the lowest
        assertEquals(new PlateauSchedule.State(0.2, 0.7, 0, 2), schedule.state());
    }

    @Test
    void defaultsArePyTorchs() {
        PlateauSchedule schedule = new PlateauSchedule();
        schedule.update(1);
        for (int i = 0; i < 10; i++) {
            schedule.update(0.99995);
            assertEquals(1, schedule.factor());
        }
        schedule.update(0.99995);
        assertEquals(0.1, schedule.factor());
        for (int i = 0; i < 11; i++) {
            schedule.update(1);
        }
        assertEquals(0.01, schedule.factor(), 1e-17);
    }

    @Test
    void aLossThatIsNoNumberIsNotBetter() {
        assertFactors(new PlateauSchedule(0.5, 0, 0, 0, 0), new double[] {Double.NaN, 0.5},
                new double[] {Double.POSITIVE_INFINITY, 0.25}, new double[] {3, 0.25}, new double[] {Double.NaN, 0.125},
                new double[] {2, 0.125});
    }

    /** A negative loss, such as a negated accuracy: after -0.5, only less than -0.55 is better. */
    @Test
    void aNegativeLossHasToFallToo() {
        assertFactors(new PlateauSchedule(0.5, 0, 0.1, 0, 0), new double[] {-0.5, 1}, new double[] {-0.54, 0.5},
                new double[] {-0.56, 0.5}, new double[] {-0.56, 0.25});
    }

    @Test
    void goesOnFromACheckpoint() {
        PlateauSchedule one = new PlateauSchedule(0.5, 2, 0, 1, 0);
        for (double loss : new double[] {3, 3, 3, 3, 3, 3}) {
            one.update(loss);
        }
        PlateauSchedule other = new PlateauSchedule(0.5, 2, 0, 1, 0);
        other.restore(one.state());
        for (double loss : new double[] {3, 3, 2, 2, 2, 2, 2, 2}) {
            one.update(loss);
            other.update(loss);
            assertEquals(one.state(), other.state());
        }
        assertEquals(0.125, one.factor());
    }

    @Test
    void theLargestPatienceHasAnEnd() {
        PlateauSchedule schedule = new PlateauSchedule(0.5, Integer.MAX_VALUE, 0, 0, 0);
        schedule.restore(new PlateauSchedule.State(1, 3, Integer.MAX_VALUE - 1, 0));
        assertFactors(schedule, new double[] {3, 1}, new double[] {3, 0.5});
        assertEquals(new PlateauSchedule.State(0.5, 3, 0, 0), schedule.state());
    }

    @Test
    void whatIsOutOfRange() {
        PlateauSchedule schedule = new PlateauSchedule(0.5, 2, 0.1, 3, 0.25);
        PlateauSchedule.State state = new PlateauSchedule.State(0.5, 1, 1, 2);
        schedule.restore(state);
        for (Executable wrong : List.<Executable>of(
                () -> new PlateauSchedule(0, 1, 0, 0, 0),
                () -> new PlateauSchedule(1, 1, 0, 0, 0),
                () -> new PlateauSchedule(Double.NaN, 1, 0, 0, 0),
                () -> new PlateauSchedule(0.5, -1, 0, 0, 0),
                () -> new PlateauSchedule(0.5, 1, -0.1, 0, 0),
                () -> new PlateauSchedule(0.5, 1, 1, 0, 0),
                () -> new PlateauSchedule(0.5, 1, 0, -1, 0),
                () -> new PlateauSchedule(0.5, 1, 0, 0, -0.1),
                () -> new PlateauSchedule(0.5, 1, 0, 0, 1.1),
                () -> schedule.restore(new PlateauSchedule.State(0.2, 1, 1, 2)),
                () -> schedule.restore(new PlateauSchedule.State(1.1, 1, 1, 2)),
                () -> schedule.restore(new PlateauSchedule.State(0.5, Double.NaN, 1, 2)),
                () -> schedule.restore(new PlateauSchedule.State(0.5, 1, 3, 2)),
                () -> schedule.restore(new PlateauSchedule.State(0.5, 1, -1, 2)),
                () -> schedule.restore(new PlateauSchedule.State(0.5, 1, 1, 4)),
                () -> schedule.restore(new PlateauSchedule.State(0.5, 1, 1, -1)))) {
            assertThrows(InvalidHyperparameterException.class, wrong);
            assertEquals(state, schedule.state());
        }
    }
}
