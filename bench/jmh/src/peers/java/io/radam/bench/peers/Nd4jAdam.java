package io.radam.bench.peers;

import io.radam.EpsilonPlacement;
import io.radam.bench.Implementation;
import io.radam.bench.Inputs;
import io.radam.bench.Rule;
import io.radam.bench.Training;
import io.radam.bench.Work;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.updaters.AdamUpdater;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The Adam of ND4J: one native operation computes the update and the moments, another subtracts the update from the
 * parameters. ND4J's own updater writes the update over the gradient, which would then have to be filled again for each
 * step; the same operation can write it to an array of its own, as here.
 */
public final class Nd4jAdam implements Implementation {
    @Override
    public String name() {
        return "nd4j";
    }

    @Override
    public String description() {
        return "ND4J 1.0.0-M2.1, AdamUpdater and subi";
    }

    @Override
    public boolean isPeer() {
        return true;
    }

    @Override
    public EpsilonPlacement epsilonPlacement() {
        return EpsilonPlacement.PLAIN;
    }

    @Override
    public Training create(Work work, int threads) {
        configure(threads);
        return new Arrays(work.size());
    }

    static void configure(int threads) {
        Nd4j.getEnvironment().setMaxThreads(threads);
        Nd4j.getEnvironment().setMaxMasterThreads(threads);
        // Of products of matrices.
        Nd4j.factory().blas().setMaxThreads(threads);
    }

    private static final class Arrays implements Training {
        private final INDArray values;
        private final INDArray gradients;
        private final INDArray update;
        private final INDArray expAvg;
        private final INDArray expAvgSq;
        private int steps;

        Arrays(int size) {
            values = Nd4j.createFromArray(Inputs.values(size));
            gradients = Nd4j.zeros(DataType.FLOAT, size);
            update = Nd4j.zeros(DataType.FLOAT, size);
            expAvg = Nd4j.zeros(DataType.FLOAT, size);
            expAvgSq = Nd4j.zeros(DataType.FLOAT, size);
        }

        @Override
        public void setGradients(float[] from) {
            gradients.assign(Nd4j.createFromArray(from));
        }

        @Override
        public void step() {
            // The second moment comes first. Steps are counted from 0.
            Nd4j.exec(new AdamUpdater(gradients, expAvgSq, expAvg, update, expAvgSq, expAvg, Rule.LEARNING_RATE,
                    Rule.BETA1, Rule.BETA2, Rule.EPSILON, steps++));
            values.subi(update);
        }

        @Override
        public float[] parameters() {
            return values.toFloatVector();
        }

        @Override
        public void close() {
            values.close();
            gradients.close();
            update.close();
            expAvg.close();
            expAvgSq.close();
        }
    }
}
