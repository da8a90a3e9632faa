package io.radam.djl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.Trainer;
import ai.djl.training.tracker.Tracker;
import io.radam.InvalidParameterException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An optimizer keeps tensors in memory during its steps, and no longer. */
class HeldTensorTest {
    /** The thread that frees what is forgotten may be late. */
    private static final long PATIENCE_NANOS = 300_000_000_000L;
    /** A quarter of an array is more than what the compiler of the JVM takes for a while, which was seen at 9 MB. */
    private static final int LENGTH = 32 << 20;
    private static final long BYTES = 4L * LENGTH;

    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");

    /** The learning rate is asked for in the middle of a step. */
    private static RadamOptimizer doing(Runnable meanwhile) {
        return RadamOptimizers.sgd().optLearningRateTracker(new Tracker() {
            private int calls;

            @Override
            public float getNewValue(int update) {
                if (++calls == 2) {
                    meanwhile.run();
                }
                return 1;
            }
        }).build();
    }

    @Test
    void whatIsClosedDuringAStepIsSteppedToItsEnd() {
        NDArray weight = manager.zeros(new Shape(LENGTH));
        NDArray gradient = manager.ones(new Shape(LENGTH));
        NDArray alias = weight.reshape(LENGTH / 2, 2); // of the same memory
        alias.detach();
        try (alias; RadamOptimizer optimizer = doing(manager::close)) {
            optimizer.update("w", weight, gradient);
            optimizer.update("w", weight, gradient);
            assertTrue(weight.isReleased());
            assertEquals(-2f * LENGTH, alias.sum().getFloat());
            assertThrows(InvalidParameterException.class, () -> optimizer.update("w", weight, gradient));
        }
    }

    @Test
    void closingAManagerFreesTheMemory() throws InterruptedException {
        try (RadamOptimizer optimizer = RadamOptimizers.sgd().build()) {
            NDArray weight = manager.zeros(new Shape(LENGTH));
            optimizer.update("w", weight, manager.zeros(new Shape(LENGTH)));
            MemoryInUse before = MemoryInUse.now();
            manager.close();
            assertFreed(2, before);
        }
    }

    @Test
    void closingAManagerDuringAStepFreesTheMemory() throws InterruptedException {
        try (RadamOptimizer optimizer = doing(manager::close)) {
            NDArray weight = manager.zeros(new Shape(LENGTH));
            NDArray gradient = manager.zeros(new Shape(LENGTH));
            optimizer.update("w", weight, gradient);
            MemoryInUse before = MemoryInUse.now();
            optimizer.update("w", weight, gradient);
            assertFreed(2, before);
        }
    }

    @Test
    void closingAnOptimizerAndAnArrayFreesTheMemory() throws InterruptedException {
        NDArray weight = manager.zeros(new Shape(LENGTH));
        NDArray gradient = manager.zeros(new Shape(LENGTH));
        RadamOptimizer optimizer = RadamOptimizers.sgd().build();
        optimizer.update("w", weight, gradient);
        MemoryInUse before = MemoryInUse.now();
        optimizer.close();
        weight.close();
        assertFreed(1, before);
        manager.close();
    }

    /** As users of DJL do, who close no optimizers. */
    @Test
    void optimizersThatAreForgottenHoldNothing() throws InterruptedException {
        NDArray weight = manager.zeros(new Shape(LENGTH));
        NDArray gradient = manager.zeros(new Shape(LENGTH));
        MemoryInUse before = MemoryInUse.now();
        for (int i = 0; i < 50; i++) {
            RadamOptimizers.sgd().build().update("w", weight, gradient);
        }
        weight.close();
        assertFreed(1, before);
        manager.close();
    }

    private static void assertFreed(int arrays, MemoryInUse before) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        long freed;
        do {
            freed = -MemoryInUse.now().since(before).nativeBytes();
        } while (Math.abs(freed - arrays * BYTES) > BYTES / 4 && System.nanoTime() < deadline);
        assertEquals(arrays * BYTES, freed, BYTES / 4, "bytes that were freed");
    }

    /** The first layer's arrays are others in a step in which the second layer's are trained for the first time. */
    @Test
    void otherArraysAndNewParametersInOneStep() {
        try (RadamOptimizer optimizer = RadamOptimizers.radam().build(); Model model = Network.model()) {
            Block block = model.getBlock();
            block.getChildren().values().getLast().freezeParameters(true);
            train(model, optimizer);
            block.clear();
            block.freezeParameters(false);
            train(model, optimizer);
            assertTrue(optimizer.toString().contains("[4 parameters"), optimizer.toString());
        }
    }

    private static void train(Model model, RadamOptimizer optimizer) {
        try (Trainer trainer = new RadamTrainer(model, Network.config(optimizer))) {
            Network.initialize(trainer);
            Network.train(trainer, 2);
        }
    }

    /** An NDScope closes what is made in it; that is not to be ours. */
    @ParameterizedTest
    @EnumSource
    void stepsInScopes(TrainerKind kind) {
        RadamOptimizer optimizer = RadamOptimizers.radam().build();
        try (optimizer; Model model = Network.model();
             Trainer trainer = kind.newTrainer(model, Network.config(optimizer))) {
            Network.initialize(trainer);
            for (int i = 0; i < 3; i++) {
                try (NDScope scope = new NDScope()) {
                    Network.train(trainer, 2);
                    scope.suppressNotUsedWarning();
                }
            }
            assertTrue(optimizer.toString().contains("[4 parameters"), optimizer.toString());
        }
    }

    /** DJL's array is given another tensor. */
    @Test
    void tensorsThatAreReplacedAreFollowed() {
        try (manager; RadamOptimizer optimizer = RadamOptimizers.sgd().optLearningRateTracker(Tracker.fixed(1))
                     .build()) {
            NDArray weight = manager.ones(new Shape(2));
            for (int i = 0; i < 20; i++) {
                optimizer.update("w", weight, manager.ones(new Shape(2)));
                assertArrayEquals(new float[] {i, i}, weight.toFloatArray());
                weight.intern(manager.full(new Shape(2), i + 5f));
                weight.intern(manager.full(new Shape(2), i + 2f)); // perhaps where the first was
            }
        }
    }

    /** Arrays may be moved to another manager, whose end is then theirs. */
    @Test
    void arraysThatAreMovedAreFollowed() {
        try (manager; RadamOptimizer optimizer = RadamOptimizers.sgd().optLearningRateTracker(Tracker.fixed(1))
                     .build()) {
            NDManager first = manager.newSubManager();
            NDArray weight = first.zeros(new Shape(2));
            optimizer.update("w", weight, manager.ones(new Shape(2)));
            weight.attach(manager);
            first.close();
            optimizer.update("w", weight, manager.ones(new Shape(2)));
            assertArrayEquals(new float[] {-2, -2}, weight.toFloatArray());
        }
    }
}
