package io.radam.djl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.tracker.Tracker;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is stepped is PyTorch's own memory, and steps take no more of it. */
class ZeroCopyTest {
    private static final int WARM_UP = 2000;
    private static final int STEPS = 10_000;
    private static final int ROUNDS = 60;

    /** DJL makes a direct buffer of a tensor's memory, by another way than ours. */
    @Test
    void theAddressIsThatOfDjlsDirectBuffer() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            for (Shape shape : new Shape[] {new Shape(7), new Shape(), new Shape(3, 1, 5), new Shape(1, 1)}) {
                for (DataType type : new DataType[] {DataType.FLOAT32, DataType.FLOAT16}) {
                    NDArray array = manager.ones(shape, type);
                    MemorySegment memory = new TensorReader().read(array, "weight", "w").memory();
                    MemorySegment expected = MemorySegment.ofBuffer(array.toByteBuffer(true));
                    assertEquals(expected.address(), memory.address());
                    assertEquals(expected.byteSize(), memory.byteSize());
                }
            }
            NDArray row = manager.arange(6f).reshape(2, 3).get(1);
            assertEquals(3, new TensorReader().read(row, "weight", "w").memory().get(ValueLayout.JAVA_FLOAT, 0));
        }
    }

    /** A gradient is written through, and the array has it. */
    @Test
    void gradientsAreAliases() {
        RadamOptimizer optimizer = RadamOptimizers.adam().build();
        try (optimizer; Model model = Network.model();
             Trainer trainer = new RadamTrainer(model, Network.config(optimizer))) {
            Network.initialize(trainer);
            Network.backward(trainer, 0);
            PtNDArray weight = (PtNDArray) model.getBlock().getParameters().valueAt(0).getArray();
            MemorySegment gradient;
            try (PtNDArray handle = JniUtils.getGradient(weight)) {
                gradient = new TensorReader().read(handle, "gradient", "w").memory();
            }
            gradient.set(ValueLayout.JAVA_FLOAT, 0, 42);
            assertEquals(42, weight.getGradient().toFloatArray()[0]);
            long address = address(weight);
            trainer.step();
            assertEquals(0, gradient.get(ValueLayout.JAVA_FLOAT, 0), "set to zero in place");
            assertEquals(address, address(weight), "the weight is where it was");
        }
    }

    private static long address(NDArray array) {
        return MemorySegment.ofBuffer(array.toByteBuffer(true)).address();
    }

    /** DJL's array is given other memory when it is set from a buffer. */
    @Test
    void memoryThatMovesIsFollowed() {
        try (RadamOptimizer optimizer = RadamOptimizers.sgd().optLearningRateTracker(Tracker.fixed(1)).build();
             NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            NDArray weight = manager.ones(new Shape(2));
            optimizer.update("w", weight, manager.ones(new Shape(2)));
            assertArrayEquals(new float[] {0, 0}, weight.toFloatArray());
            long before = address(weight);
            weight.set(new float[] {5, 6});
            assertNotEquals(before, address(weight));
            optimizer.update("w", weight, manager.ones(new Shape(2)));
            assertArrayEquals(new float[] {4, 5}, weight.toFloatArray());
        }
    }

    /** Values that are loaded are other arrays. DJL's trainers keep those that they began with: there is a new one. */
    @ParameterizedTest
    @EnumSource
    void loadedValuesAreFollowed(TrainerKind kind, @TempDir Path folder) throws IOException, MalformedModelException {
        RadamOptimizer optimizer = RadamOptimizers.sgd().optLearningRateTracker(Tracker.fixed(1)).build();
        try (optimizer; Model model = Network.model()) {
            float[] expected;
            try (Trainer trainer = kind.newTrainer(model, Network.config(optimizer))) {
                Network.initialize(trainer);
                model.save(folder, "digits");
                Network.train(trainer, 1);
                expected = Network.values(model.getBlock()).get("01Linear_weight");
                Network.train(trainer, 3);
            }
            model.load(folder, "digits");
            try (Trainer trainer = kind.newTrainer(model, Network.config(optimizer))) {
                Network.initialize(trainer);
                Network.train(trainer, 1);
                assertArrayEquals(expected, Network.values(model.getBlock()).get("01Linear_weight"));
            }
        }
    }

    /** DJL's trainer gives a copy of each gradient, and frees it when the update has returned. */
    @Test
    void noGradientIsUsedAfterItsUpdate() {
        try (RadamOptimizer optimizer = RadamOptimizers.sgd().optLearningRateTracker(Tracker.fixed(1)).build();
             NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            NDArray weight = manager.zeros(new Shape(2));
            for (int i = 1; i <= 10; i++) {
                NDArray kept = manager.create(new float[] {i, -i});
                try (NDArray copy = kept.duplicate()) {
                    optimizer.update("w", weight, copy);
                    assertArrayEquals(kept.toFloatArray(), copy.toFloatArray(), "the copy is not ours to change");
                }
                assertArrayEquals(new float[] {-i * (i + 1) / 2f, i * (i + 1) / 2f}, weight.toFloatArray());
            }
        }
    }

    /** What is allocated and freed within a step counts, too: the peak is what is measured. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void noStepAllocatesWhatAParameterHas() throws IOException {
        int side = 4096;
        RadamOptimizer optimizer = RadamOptimizers.radam().build();
        try (optimizer; Model model = Model.newInstance("large", Device.cpu(), "PyTorch")) {
            model.setBlock(Linear.builder().setUnits(side).build());
            try (Trainer trainer = new RadamTrainer(model, Network.config(optimizer))) {
                trainer.initialize(new Shape(1, side));
                NDArray weight = model.getBlock().getParameters().valueAt(0).getArray();
                try (GradientCollector collector = trainer.newGradientCollector(); NDArray sum = weight.sum()) {
                    collector.backward(sum);
                }
                NDArray gradient = weight.getGradient();
                assertTakesLess(4L * side * side / 2, trainer::step);
                assertTakesLess(4L * side * side / 2,
                        () -> optimizer.update(model.getBlock().getParameters().valueAt(0).getId(), weight, gradient));
            }
        }
    }

    private static void assertTakesLess(long limit, Runnable step) throws IOException {
        assumeTrue(Files.isWritable(Path.of("/proc/self/clear_refs")), "this system does not let go of the peak of memory");
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        step.run(); // state is made in the first
        step.run();
        List<Long> peaks = new ArrayList<>();
        // What a step takes is in each; what the compiler of the JVM takes for a while is not.
        do {
            long heap = thread.getCurrentThreadAllocatedBytes();
            Files.writeString(Path.of("/proc/self/clear_refs"), "5"); // the peak is what is in memory now
            long before = status("VmHWM");
            step.run();
            peaks.add(status("VmHWM") - before);
            long taken = thread.getCurrentThreadAllocatedBytes() - heap;
            assertTrue(taken < 1 << 20, "a step takes " + taken + " bytes of the heap");
        } while (peaks.getLast() >= limit && peaks.size() < ROUNDS);
        assertTrue(peaks.getLast() < limit, "steps take " + peaks + " bytes");
    }

    private static long status(String name) throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/status")).stream().filter(l -> l.startsWith(name))
                .findFirst().orElseThrow();
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
    }

    /** New models, whose arrays may be where those of closed ones were. */
    @ParameterizedTest
    @EnumSource
    void oneOptimizerForManyModels(TrainerKind kind) {
        try (RadamOptimizer optimizer = RadamOptimizers.radam().build()) {
            for (int i = 0; i < 20; i++) {
                try (Model model = Network.model();
                     Trainer trainer = kind.newTrainer(model, Network.config(optimizer))) {
                    Network.initialize(trainer);
                    Network.train(trainer, 3);
                    assertTrue(optimizer.toString().contains("[4 parameters"), optimizer.toString());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void stepsTakeNoMemory(TrainerKind kind) throws InterruptedException {
        measure(kind, trainer -> {
            Network.backward(trainer, 0);
            return trainer::step;
        });
    }

    /** A forward and a backward pass before each step, so that steps are those of training. */
    @ParameterizedTest
    @EnumSource
    void trainingTakesNoMemory(TrainerKind kind) throws InterruptedException {
        measure(kind, trainer -> () -> Network.train(trainer, 1));
    }

    private static void measure(TrainerKind kind, Function<Trainer, Runnable> work)
            throws InterruptedException {
        RadamOptimizer optimizer = RadamOptimizers.radam().optSequential().build();
        try (optimizer; Model model = Network.model();
             Trainer trainer = kind.newTrainer(model, Network.config(optimizer))) {
            Network.initialize(trainer);
            Runnable step = work.apply(trainer);
            repeat(step, WARM_UP);
            int arrays = arrays(trainer);
            List<MemoryInUse> grown = new ArrayList<>();
            // A leak is in each; what the compiler of the JVM takes for a while is not.
            do {
                MemoryInUse before = MemoryInUse.now();
                repeat(step, STEPS);
                grown.add(MemoryInUse.now().since(before));
            } while (!grown.getLast().isSmall() && grown.size() < ROUNDS);
            assertTrue(grown.getLast().isSmall(), grown + " after " + STEPS + " steps each");
            assertEquals(arrays, arrays(trainer));
        }
    }

    private static void repeat(Runnable step, int times) {
        for (int i = 0; i < times; i++) {
            step.run();
        }
    }

    private static int arrays(Trainer trainer) {
        return trainer.getManager().getManagedArrays().size()
                + trainer.getModel().getNDManager().getManagedArrays().size();
    }
}
