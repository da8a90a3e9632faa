package io.radam.internal.engine;

import java.util.Arrays;

/** A hash table from step numbers to coefficients. It allocates only when it has to grow. */
final class StepTable {
    private long[] steps = new long[4];
    private CoefficientSet[] sets = new CoefficientSet[4];
    private int size;

    void clear() {
        if (size > 0) {
            Arrays.fill(sets, null);
            size = 0;
        }
    }

    /** The coefficients of a step number; null if there are none. */
    CoefficientSet find(long step) {
        return sets[placeOf(step)];
    }

    /** Adds coefficients of a step number that has none. */
    void put(long step, CoefficientSet set) {
        if (2 * size == sets.length) {
            grow();
        }
        int place = placeOf(step);
        steps[place] = step;
        sets[place] = set;
        size++;
    }

    /** The place of a step number, or the free place where it would be put. */
    private int placeOf(long step) {
        int mask = sets.length - 1;
        int place = (int) (step * 0x9E3779B97F4A7C15L >>> 32) & mask;
        while (sets[place] != null && steps[place] != step) {
            place = place + 1 & mask;
        }
        return place;
    }

    private void grow() {
        CoefficientSet[] old = sets;
        sets = new CoefficientSet[2 * old.length];
        steps = new long[sets.length];
        size = 0;
        for (CoefficientSet set : old) {
            if (set != null) {
                put(set.step, set);
            }
        }
    }
}
