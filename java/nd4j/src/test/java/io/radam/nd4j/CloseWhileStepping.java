package io.radam.nd4j;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Another thread closes what is stepped, in the middle of a step. A program of its own, because a step in memory that
 * was freed ends the process.
 */
final class CloseWhileStepping {
    private static final int LENGTH = 1 << 20;
    private static final int ROUNDS = 20;

    private CloseWhileStepping() {
    }

    /** A step asks for its rate once it has looked at the arrays. Then another thread does something. */
    private static final class Interrupted implements ISchedule {
        private static final long serialVersionUID = 1;

        private transient Runnable meanwhile = () -> { };

        @Override
        public double valueAt(int iteration, int epoch) {
            CompletableFuture.runAsync(meanwhile).join();
            return 1;
        }

        @Override
        public ISchedule clone() {
            return this;
        }
    }

    /**
     * Closes a gradient, a state, and a network.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        for (int round = 0; round < ROUNDS; round++) {
            arrays(false);
            arrays(true);
            network();
        }
        System.out.println("all steps were made");
    }

    private static void arrays(boolean views) {
        Interrupted schedule = new Interrupted();
        INDArray gradients = Nd4j.ones(DataType.FLOAT, LENGTH);
        INDArray states = Nd4j.zeros(DataType.FLOAT, LENGTH);
        INDArray gradient = views ? gradients.get(NDArrayIndex.interval(10, LENGTH)) : gradients;
        INDArray state = views ? states.get(NDArrayIndex.interval(10, LENGTH)) : states;
        GradientUpdater<?> updater = new SgdUpdater(schedule, 0.5).instantiate(state, true);
        updater.applyUpdater(gradient, 0, 0);
        schedule.meanwhile = () -> List.of(gradient, state, gradients, states).forEach(INDArray::close);
        updater.applyUpdater(gradient, 1, 0);
        require(gradient.getFloat(gradient.length() - 1) == 1.5f, "the step was made");
        schedule.meanwhile = () -> { };
        gradients.close();
        states.close();
        require(gradient.wasClosed() && state.wasClosed(), "afterwards, arrays can be closed");
    }

    private static void network() {
        Interrupted schedule = new Interrupted();
        MultiLayerNetwork network = Networks.network(new SgdUpdater(schedule, 0.5));
        network.fit(Digits.batches().getFirst());
        GradientUpdater<?> updater =
                ((MultiLayerUpdater) network.getUpdater()).getUpdaterBlocks().getFirst().getGradientUpdater();
        INDArray gradient = network.getFlattenedGradients().assign(1);
        schedule.meanwhile = network::close;
        updater.applyUpdater(gradient, 1, 0);
        require(!gradient.wasClosed(), "the gradient is open");
        require(!network.getUpdater().getStateViewArray().wasClosed(), "the state is open");
        require(network.params().wasClosed(), "what was not in use is closed");
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError("not so: " + what);
        }
    }
}
