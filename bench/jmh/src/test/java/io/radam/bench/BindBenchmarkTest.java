package io.radam.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BindBenchmarkTest {
    @Test
    void bothStepsMoveAllParametersTheSameWay() {
        BindBenchmark without = new BindBenchmark();
        BindBenchmark with = new BindBenchmark();
        without.prepare();
        with.prepare();
        try {
            for (int step = 0; step < 3; step++) {
                long before = with.bound(999).address();
                without.step();
                with.bindAndStep();
                assertNotEquals(before, with.bound(999).address());
            }
            for (int i : new int[] {0, 500, 999}) {
                assertArrayEquals(without.values(i), with.values(i));
                assertFalse(Arrays.equals(Inputs.values(BindBenchmark.SIZE), with.values(i)));
            }
        } finally {
            without.close();
            with.close();
        }
    }
}
