package io.radam.bench.implementation;

import io.radam.EpsilonPlacement;
import io.radam.bench.Implementation;
import io.radam.bench.Training;
import io.radam.bench.Work;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The rule written with vectors, over arrays; over native memory it is no faster. It divides and takes roots by the
 * processor's instructions for these, which is what bounds it, so that to do more per iteration would not help.
 */
public final class VectorApi implements Implementation {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    @Override
    public String name() {
        return "vector-api";
    }

    @Override
    public String description() {
        return "jdk.incubator.vector over float[]";
    }

    @Override
    public EpsilonPlacement epsilonPlacement() {
        return EpsilonPlacement.BIAS_CORRECTED;
    }

    @Override
    public Training create(Work work, int threads) {
        return new ArrayTraining(work.size(), threads, AdamCoefficients::at, VectorApi::step);
    }

    private static void step(int from, int to, AdamCoefficients c, float[] values, float[] gradients, float[] expAvg,
            float[] expAvgSq) {
        FloatVector oneMinusBeta1 = FloatVector.broadcast(SPECIES, c.oneMinusBeta1());
        FloatVector oneMinusBeta2 = FloatVector.broadcast(SPECIES, c.oneMinusBeta2());
        FloatVector minusStepSize = FloatVector.broadcast(SPECIES, -c.stepSize());
        FloatVector epsilon = FloatVector.broadcast(SPECIES, c.epsilon());
        int bound = from + SPECIES.loopBound(to - from);
        int i = from;
        for (; i < bound; i += SPECIES.length()) {
            FloatVector g = FloatVector.fromArray(SPECIES, gradients, i);
            FloatVector m = FloatVector.fromArray(SPECIES, expAvg, i);
            FloatVector v = FloatVector.fromArray(SPECIES, expAvgSq, i);
            FloatVector p = FloatVector.fromArray(SPECIES, values, i);
            m = g.sub(m).fma(oneMinusBeta1, m);
            v = g.fma(g, v.neg()).fma(oneMinusBeta2, v);
            p = m.div(v.sqrt().add(epsilon)).fma(minusStepSize, p);
            m.intoArray(expAvg, i);
            v.intoArray(expAvgSq, i);
            p.intoArray(values, i);
        }
        JavaArray.step(i, to, c, values, gradients, expAvg, expAvgSq);
    }
}
