package io.radam.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/** DL4J trains copies of a network side by side, and averages their parameters and the state of their updaters. */
class ParallelWrapperTest {
    private static final List<DataSet> BATCHES = Digits.batches();
    private static final List<DataSet> BEFORE = BATCHES.subList(0, 4);
    private static final int WORKERS = 2;

    /** A network that was trained a little. */
    private static MultiLayerNetwork network(IUpdater updater) {
        MultiLayerNetwork network = Networks.network(updater);
        Networks.train(network, BEFORE);
        return network;
    }

    /** The state that the first worker comes to, in the network's view array. The framework forgets it afterwards. */
    private static float[] train(MultiLayerNetwork network, List<DataSet> batches, int averagingFrequency,
            boolean averageUpdaters) {
        INDArray state = state(network);
        ParallelWrapper wrapper = new ParallelWrapper.Builder<>(network).workers(WORKERS).prefetchBuffer(0)
                .averagingFrequency(averagingFrequency).averageUpdaters(averageUpdaters)
                .trainingMode(ParallelWrapper.TrainingMode.AVERAGING).build();
        try {
            wrapper.fit(new ExistingDataSetIterator(afterCopying(wrapper, network, batches.iterator())));
        } finally {
            wrapper.shutdown();
        }
        assertNull(network.getUpdater(false));
        return state.toFloatVector();
    }

    /**
     * The framework lets the first worker train while others still copy its network. That would give other numbers each
     * time, so no batch is given before all have their copies.
     */
    private static Iterator<DataSet> afterCopying(ParallelWrapper wrapper, MultiLayerNetwork network,
            Iterator<DataSet> batches) {
        return new Iterator<>() {
            private boolean begun;

            @Override
            public boolean hasNext() {
                return batches.hasNext();
            }

            @Override
            public DataSet next() {
                if (!begun) {
                    waitForCopies(wrapper, network);
                    begun = true;
                }
                return batches.next();
            }
        };
    }

    private static void waitForCopies(ParallelWrapper wrapper, MultiLayerNetwork network) {
        try {
            for (int i = 0; i < 60_000 && !isCopied(wrapper, network); i++) {
                Thread.sleep(10);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertTrue(isCopied(wrapper, network), "the workers do not begin");
    }

    /** The first worker has the network itself. Others seem to have it, until they have their copies. */
    private static boolean isCopied(ParallelWrapper wrapper, MultiLayerNetwork network) {
        return java.util.Arrays.stream(wrapper.getZoo()).skip(1).map(worker -> (MultiLayerNetwork) worker.getModel())
                .allMatch(copy -> copy != null && copy != network && copy.isInitCalled()
                        && copy.params().equals(network.params()) && hasState(copy, state(network)));
    }

    private static boolean hasState(MultiLayerNetwork copy, INDArray state) {
        Updater updater = copy.getUpdater(false); // not to make one: its own thread does
        return updater != null && state.equals(updater.getStateViewArray());
    }

    private static INDArray state(MultiLayerNetwork network) {
        return network.getUpdater().getStateViewArray();
    }

    @ParameterizedTest
    @CsvSource({"1, true", "3, true", "1, false", "3, false"})
    void averagesAreThoseOfTheFrameworksAdam(int frequency, boolean averageUpdaters) {
        MultiLayerNetwork own = network(new Adam(1e-2));
        MultiLayerNetwork ours = network(new AdamUpdater(1e-2));
        float[] expected = train(own, BATCHES.subList(4, 16), frequency, averageUpdaters);
        float[] actual = train(ours, BATCHES.subList(4, 16), frequency, averageUpdaters);
        assertArrayEquals(expected, actual, 1e-5f);
        assertArrayEquals(own.params().toFloatVector(), ours.params().toFloatVector(), 1e-4f);
        assertEquals(own.getIterationCount(), ours.getIterationCount());
    }

    /** One round of two workers, made by hand. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void parametersAndStateAreTheMeanOfTheWorkers(boolean averageUpdaters) {
        MultiLayerNetwork averaged = network(new RAdamUpdater(1e-2));
        MultiLayerNetwork first = averaged.clone();
        MultiLayerNetwork second = averaged.clone();
        int each = 8;
        for (int i = 0; i < each; i++) {
            first.fit(BATCHES.get(4 + 2 * i));
            second.fit(BATCHES.get(4 + 2 * i + 1));
        }
        float[] state = train(averaged, BATCHES.subList(4, 4 + 2 * each), each, averageUpdaters);
        assertMean(first.params(), second.params(), averaged.params().toFloatVector());
        if (averageUpdaters) {
            assertMean(state(first), state(second), state);
        } else {
            assertArrayEquals(state(first).toFloatVector(), state);
        }
    }

    /** State that is averaged in the framework's view arrays is what later steps go on from. */
    @Test
    void stateThatIsAveragedInPlaceIsUsed() {
        MultiLayerNetwork first = network(new RAdamUpdater(1e-2));
        MultiLayerNetwork second = first.clone();
        second.fit(BATCHES.get(4));
        INDArray mean = state(first).add(state(second)).div(2);
        MultiLayerNetwork expected = first.clone();
        expected.getUpdater().setStateViewArray(expected, mean.dup(), false);
        state(first).assign(mean);
        assertEquals(Networks.train(expected, BATCHES.subList(5, 10)), Networks.train(first, BATCHES.subList(5, 10)));
        assertArrayEquals(expected.params().toFloatVector(), first.params().toFloatVector());
    }

    private static void assertMean(INDArray a, INDArray b, float[] mean) {
        assertTrue(a.sub(b).amaxNumber().doubleValue() > 1e-5, "the workers had different batches");
        assertArrayEquals(a.add(b).div(2).toFloatVector(), mean, 1e-7f);
    }

    @Test
    void networksLearn() {
        for (IUpdater updater : List.of(new RAdamUpdater(1e-2), new LionUpdater(1e-3))) {
            MultiLayerNetwork network = network(updater);
            double before = network.score(BATCHES.getFirst());
            train(network, Collections.nCopies(8, BATCHES).stream().flatMap(List::stream).toList(), 1, true);
            double after = network.score(BATCHES.getFirst());
            assertTrue(after < before - 0.5, updater + ": " + before + " to " + after);
        }
    }
}
