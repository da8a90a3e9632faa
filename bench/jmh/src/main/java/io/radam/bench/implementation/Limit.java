package io.radam.bench.implementation;

import io.radam.EpsilonPlacement;
import io.radam.bench.Implementation;
import io.radam.bench.Training;
import io.radam.bench.Work;

/**
 * The loads and stores of Adam and next to no arithmetic: what memory and caches allow. Every value that is stored
 * differs from what was there, or the compiler would leave the store out. Nothing overflows: m and v grow by g per step
 * until that is lost in rounding, and p with them.
 */
public final class Limit implements Implementation {
    /** The name, by which reports tell it from optimizers. */
    public static final String NAME = "limit";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "No optimizer: Adam's 4 loads and 3 stores with two additions, by a loop over float[]";
    }

    @Override
    public EpsilonPlacement epsilonPlacement() {
        return null;
    }

    @Override
    public Training create(Work work, int threads) {
        return new ArrayTraining(work.size(), threads, step -> null, Limit::step);
    }

    private static void step(int from, int to, AdamCoefficients none, float[] values, float[] gradients, float[] expAvg,
            float[] expAvgSq) {
        for (int i = from; i < to; i++) {
            float sum = expAvg[i] + gradients[i];
            expAvg[i] = expAvgSq[i];
            expAvgSq[i] = sum;
            values[i] += sum;
        }
    }
}
