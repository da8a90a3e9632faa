package io.radam.nd4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.radam.InvalidParameterException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Which memory steps use, and that they use no other. */
class MemoryTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** Half of it in memory is more than what the compiler of the JVM takes for a while. */
    private static final int LARGE = 16 << 20;

    /** The memory of a whole array, found by another way than that of the updater. */
    private static MemorySegment memory(INDArray whole) {
        return MemorySegment.ofAddress(whole.data().pointer().address()).reinterpret(4 * whole.length());
    }

    @Test
    void stepsAreMadeInTheMemoryOfTheFramework() {
        INDArray gradients = Nd4j.ones(DataType.FLOAT, 100);
        INDArray state = Nd4j.ones(DataType.FLOAT, 100);
        GradientUpdater<?> updater =
                new SgdUpdater(0.5, 0.9).instantiate(state.get(NDArrayIndex.interval(30, 40)), true);
        updater.applyUpdater(gradients.get(NDArrayIndex.interval(70, 80)), 0, 0);
        for (int i = 0; i < 100; i++) {
            assertEquals(i < 70 || i >= 80 ? 1 : 0.5f, memory(gradients).getAtIndex(ValueLayout.JAVA_FLOAT, i));
        }
        // What is in the state's memory counts in the next step.
        memory(state).setAtIndex(ValueLayout.JAVA_FLOAT, 30, 1000);
        INDArray next = Nd4j.zeros(DataType.FLOAT, 10);
        updater.applyUpdater(next, 1, 0);
        assertEquals(450, memory(next).getAtIndex(ValueLayout.JAVA_FLOAT, 0));
        assertEquals(0.45f, memory(next).getAtIndex(ValueLayout.JAVA_FLOAT, 1));
    }

    /** The network's own view array is what its steps change. */
    @Test
    void theStateOfANetworkIsItsViewArray() {
        MultiLayerNetwork network = Networks.network(new RAdamUpdater(1e-2));
        MemorySegment state = memory(network.getUpdater().getStateViewArray());
        assertEquals(4 * 2 * network.numParams(), state.byteSize());
        network.fit(Digits.batches().getFirst());
        float[] first = state.toArray(ValueLayout.JAVA_FLOAT);
        network.fit(Digits.batches().get(1));
        assertNotEquals(java.util.Arrays.hashCode(first),
                java.util.Arrays.hashCode(state.toArray(ValueLayout.JAVA_FLOAT)));
    }

    /** All layers of one configuration are one block, which is one call. */
    @Test
    void aNetworkIsOneBlock() {
        MultiLayerNetwork network = Networks.network(new RAdamUpdater(1e-2));
        assertEquals(1, ((org.deeplearning4j.nn.updater.MultiLayerUpdater) network.getUpdater()).getUpdaterBlocks()
                .size());
    }

    private static long physicalBytes() throws IOException {
        return statusBytes("VmRSS:");
    }

    private static long statusBytes(String name) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        throw new AssertionError("no " + name);
    }

    /** The most that was in memory since the latest {@link #forgetPeak}. */
    private static long peakBytes() throws IOException {
        return statusBytes("VmHWM:");
    }

    private static void forgetPeak() throws IOException {
        assumeTrue(Files.isWritable(Path.of("/proc/self/clear_refs")), "this system does not let go of the peak of memory");
        Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    }

    /** Neither on the heap nor elsewhere, not even before the first step, nor for the time of a step. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void noStepAllocatesWhatAParameterHas() throws IOException {
        INDArray state = Nd4j.zeros(DataType.FLOAT, 2L * LARGE);
        INDArray[] gradients = {Nd4j.ones(DataType.FLOAT, LARGE), Nd4j.ones(DataType.FLOAT, LARGE)};
        updates(new RAdamUpdater(1e-3).instantiate(Nd4j.zeros(DataType.FLOAT, 20), true),
                new INDArray[] {Nd4j.ones(DataType.FLOAT, 10)}, 1); // classes are loaded
        List<Long> first = new ArrayList<>();
        List<Long> all = new ArrayList<>();
        // What steps take is in each; what the runtime and its compiler take for a while is not.
        do {
            GradientUpdater<?> updater = new RAdamUpdater(1e-3).instantiate(state, true);
            forgetPeak();
            long before = peakBytes();
            updates(updater, gradients, 1);
            first.add(peakBytes() - before);
            updates(updater, gradients, 30);
            long heap = THREADS.getCurrentThreadAllocatedBytes();
            updates(updater, gradients, 30);
            heap = THREADS.getCurrentThreadAllocatedBytes() - heap;
            assertTrue(heap < 30 * 20_000, "30 steps of " + LARGE + " elements allocate " + heap + " bytes");
            all.add(peakBytes() - before);
        } while (all.getLast() >= 4L * LARGE / 2 && all.size() < 10);
        assertTrue(all.getLast() < 4L * LARGE / 2, "the first step takes " + first + " bytes, and all " + all);
    }

    private static void updates(GradientUpdater<?> updater, INDArray[] gradients, int steps) {
        for (int i = 0; i < steps; i++) {
            updater.applyUpdater(gradients[i % gradients.length], i, 0);
        }
    }

    /** Less than an object for each step, of those that glibc and JavaCPP know of, and on the heap. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void stepsLeaveNothingBehind() throws InterruptedException {
        GradientUpdater<?> updater = new RAdamUpdater(1e-3).instantiate(Nd4j.zeros(DataType.FLOAT, 2000), true);
        INDArray[] gradients = {Nd4j.ones(DataType.FLOAT, 1000), Nd4j.ones(DataType.FLOAT, 1000)};
        updates(updater, gradients, 2000);
        List<Usage> grown = new ArrayList<>();
        // A leak is in each; what the compiler of the JVM takes for a while is not.
        do {
            Usage before = Usage.now();
            updates(updater, gradients, 10_000);
            grown.add(Usage.now().since(before));
        } while (!grown.getLast().isSmall() && grown.size() < 60);
        assertTrue(grown.getLast().isSmall(), grown + " after 10,000 steps each");
    }

    private static MultiLayerNetwork tiny() {
        MultiLayerNetwork network = new MultiLayerNetwork(Networks.builder(new RAdamUpdater(1e-3)).list()
                .layer(new OutputLayer.Builder(LossFunction.MCXENT).nIn(4).nOut(2).activation(Activation.SOFTMAX)
                        .build()).build());
        network.init();
        return network;
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void memoryIsSteadyOverManySteps() throws IOException, InterruptedException {
        MultiLayerNetwork network = tiny();
        DataSet batch = new DataSet(Nd4j.eye(4).castTo(DataType.FLOAT),
                Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {1, 0}, {0, 1}}));
        GradientUpdater<?> moving = new AdamUpdater(1e-3).instantiate(Nd4j.zeros(DataType.FLOAT, 8), true);
        long before = 0;
        for (int i = 0; i < 14_000; i++) {
            network.fit(batch);
            moving.applyUpdater(Nd4j.ones(DataType.FLOAT, 4), i, 0);
            if (i == 4000) {
                System.gc();
                before = physicalBytes();
            }
        }
        long grown;
        int looks = 0;
        // What is garbage is freed by other threads, some time later.
        do {
            System.gc();
            Thread.sleep(100);
            grown = physicalBytes() - before;
        } while (grown >= 64 << 20 && ++looks < 300);
        assertTrue(grown < 64 << 20, "10,000 steps take " + grown + " bytes");
        assertTrue(network.score() < 0.5, "it learns");
    }

    /** The framework closes no updaters. They are closed once nothing refers to them, without a word in the log. */
    @Test
    void forgottenNetworksAreClosed() throws InterruptedException {
        List<String> log = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                synchronized (log) {
                    log.add(entry.getMessage());
                }
            }

            @Override
            public void flush() {
            }

            @Override
            public void close() {
            }
        };
        Logger logger = Logger.getLogger("io.radam");
        logger.addHandler(handler);
        try {
            List<WeakReference<GradientUpdater<?>>> updaters = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                GradientUpdater<?> updater = new RAdamUpdater(1e-3).instantiate(Nd4j.zeros(DataType.FLOAT, 8), true);
                updater.applyUpdater(Nd4j.ones(DataType.FLOAT, 4), 0, 0);
                updaters.add(new WeakReference<>(updater));
            }
            assertNotNull(updaters);
            for (int i = 0; i < 100 && updaters.stream().anyMatch(u -> u.get() != null); i++) {
                System.gc();
                Thread.sleep(20);
            }
            Thread.sleep(200);
            System.gc();
            Thread.sleep(200);
            updaters.forEach(u -> assertNull(u.get()));
            synchronized (log) {
                assertEquals(List.of(), log);
            }
        } finally {
            logger.removeHandler(handler);
        }
    }
}
