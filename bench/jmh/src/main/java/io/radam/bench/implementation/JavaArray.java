package io.radam.bench.implementation;

import io.radam.EpsilonPlacement;
import io.radam.bench.Implementation;
import io.radam.bench.Training;
import io.radam.bench.Work;

/** A plain loop over arrays, which C2 turns into vector instructions. */
public final class JavaArray implements Implementation {
    @Override
    public String name() {
        return "java-array";
    }

    @Override
    public String description() {
        return "A plain Java loop over float[], vectorized by C2";
    }

    @Override
    public EpsilonPlacement epsilonPlacement() {
        return EpsilonPlacement.BIAS_CORRECTED;
    }

    @Override
    public Training create(Work work, int threads) {
        return new ArrayTraining(work.size(), threads, AdamCoefficients::at, JavaArray::step);
    }

    /**
     * Updates the elements {@code from <= i < to}. What it uses are locals, so that C2
     * need not look at fields again after every store.
     */
    static void step(int from, int to, AdamCoefficients c, float[] values, float[] gradients, float[] expAvg,
            float[] expAvgSq) {
        float oneMinusBeta1 = c.oneMinusBeta1();
        float oneMinusBeta2 = c.oneMinusBeta2();
        float minusStepSize = -c.stepSize();
        float epsilon = c.epsilon();
        for (int i = from; i < to; i++) {
            float g = gradients[i];
            float m = Math.fma(oneMinusBeta1, g - expAvg[i], expAvg[i]);
            float v = Math.fma(oneMinusBeta2, Math.fma(g, g, -expAvgSq[i]), expAvgSq[i]);
            expAvg[i] = m;
            expAvgSq[i] = v;
            values[i] = Math.fma(minusStepSize, m / ((float) Math.sqrt(v) + epsilon), values[i]);
        }
    }
}
