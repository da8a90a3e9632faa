package io.radam.djl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.initializer.Initializer;
import io.radam.InvalidParameterException;
import io.radam.OptimizerStateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * The averages of Schedule-Free's iterates in the place of the values. All gradients are 1, and so is the learning
 * rate: from zeros, iterates are -1 and -2, their average is -1.5, and the values are 0.9 · -1.5 + 0.1 · -2.
 */
class ExchangeTest {
    private static final float AVERAGE = -1.5f;
    private static final float VALUE = -1.55f;

    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private final RadamOptimizer optimizer = RadamOptimizers.scheduleFreeSgd().build();
    private final Block block = block(manager, DataType.FLOAT32);

    @AfterEach
    void close() {
        optimizer.close();
        manager.close();
    }

    /** Two layers of zeros, without biases. */
    private static Block block(NDManager manager, DataType type) {
        Block block = new SequentialBlock().add(layer()).add(layer());
        block.setInitializer(Initializer.ZEROS, Parameter.Type.WEIGHT);
        block.initialize(manager, type, new Shape(1, 2));
        return block;
    }

    private static Block layer() {
        return Linear.builder().setUnits(2).optBias(false).build();
    }

    private static Block child(Block block, int number) {
        return block.getChildren().valueAt(number);
    }

    private static NDArray weight(Block block, int number) {
        return block.getParameters().valueAt(number).getArray();
    }

    private void train(Block trained) {
        for (int step = 0; step < 2; step++) {
            for (Parameter parameter : trained.getParameters().values()) {
                NDArray weight = parameter.getArray();
                optimizer.update(parameter.getId(), weight, weight.onesLike());
            }
        }
    }

    private static float[] values(Block block, int number) {
        try (NDArray floats = weight(block, number).toType(DataType.FLOAT32, true)) {
            return floats.toFloatArray();
        }
    }

    private static void assertHas(float expected, Block block, int number) {
        float[] all = {expected, expected, expected, expected};
        assertArrayEquals(all, values(block, number), 1e-6f);
    }

    private static void refused(String why, Executable call) {
        OptimizerStateException e = assertThrows(OptimizerStateException.class, call);
        assertTrue(e.getMessage().contains(why), e.getMessage());
    }

    @Test
    void halfPrecision() {
        Block half = block(manager, DataType.FLOAT16);
        train(half);
        float[] before = values(half, 0);
        optimizer.exchangeAverages(half);
        float ulp = 0x1p-10f;
        assertArrayEquals(new float[] {AVERAGE, AVERAGE, AVERAGE, AVERAGE}, values(half, 0), ulp);
        optimizer.exchangeAverages(half);
        assertEquals(VALUE, before[0], ulp);
        assertArrayEquals(before, values(half, 0));
    }

    @Test
    void aClosedArrayAmongThemChangesNothing() {
        train(block);
        optimizer.exchangeAverages(block);
        weight(block, 1).close();
        assertThrows(InvalidParameterException.class, () -> optimizer.exchangeAverages(block));
        assertHas(AVERAGE, block, 0);
        optimizer.exchangeAverages(child(block, 0));
        assertHas(VALUE, block, 0);
        assertThrows(InvalidParameterException.class, () -> optimizer.exchangeAverages(block));
        assertHas(VALUE, block, 0);
    }

    /** Copies of values are not counted as buffers of the JVM are; else they fail in the middle. */
    @Test
    void needsNoDirectMemory(@TempDir Path folder) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        ProcessBuilder child = Children.java(ExchangeWithoutDirectMemory.class.getName());
        child.command().add(1, "-XX:MaxDirectMemorySize=256m");
        Process process = child.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        boolean ended = process.waitFor(10, TimeUnit.MINUTES);
        process.destroyForcibly().waitFor();
        String text = Files.readString(output);
        assertTrue(ended, () -> "it does not end: " + text);
        assertEquals(0, process.exitValue(), text);
    }

    /** The model that is saved beside the state would be the average, which it does not go on from. */
    @Test
    void stateIsNotSavedMeanwhile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("state");
        train(block);
        optimizer.exchangeAverages(block);
        refused("before state is saved", () -> optimizer.save(file, block));
        assertFalse(Files.exists(file));
        optimizer.exchangeAverages(block);
        optimizer.save(file, block);
        optimizer.load(file, block);
    }

    @Test
    void aClosedOptimizerSaysSo() {
        train(block);
        optimizer.close();
        refused("the optimizer is closed", () -> optimizer.exchangeAverages(block));
        assertHas(VALUE, block, 0);
    }

    @Test
    void closingPutsTheValuesBackWhereArraysAreOpen() {
        train(block);
        optimizer.exchangeAverages(block);
        weight(block, 0).close();
        optimizer.close();
        assertHas(VALUE, block, 1);
        optimizer.close();
    }

    @Test
    void anotherModelIsTrainedWhereAnExchangedOneIsClosed() {
        NDManager first = manager.newSubManager();
        Block closed = block(first, DataType.FLOAT32);
        train(closed);
        optimizer.exchangeAverages(closed);
        first.close();
        train(block);
        assertHas(VALUE, block, 0);
        optimizer.exchangeAverages(block);
        assertHas(AVERAGE, block, 0);
        assertHas(AVERAGE, block, 1);
    }

    @Test
    void blocksThatArePartlyExchangedAreRefused() {
        train(block);
        for (int exchanged = 0; exchanged < 2; exchanged++) {
            optimizer.exchangeAverages(child(block, exchanged));
            refused("01Linear_weight", () -> optimizer.exchangeAverages(block));
            assertHas(AVERAGE, block, exchanged);
            assertHas(VALUE, block, 1 - exchanged);
            optimizer.exchangeAverages(child(block, exchanged));
        }
    }

    @Test
    void partsAreExchangedAndPutBackTogether() {
        train(block);
        optimizer.exchangeAverages(child(block, 0));
        optimizer.exchangeAverages(child(block, 1));
        assertHas(AVERAGE, block, 0);
        assertHas(AVERAGE, block, 1);
        optimizer.exchangeAverages(block);
        assertHas(VALUE, block, 0);
        assertHas(VALUE, block, 1);
        optimizer.exchangeAverages(block);
        optimizer.exchangeAverages(child(block, 1));
        refused("before training goes on", () -> train(block));
        optimizer.exchangeAverages(child(block, 0));
        assertHas(VALUE, block, 0);
        assertHas(VALUE, block, 1);
        train(block);
    }
}
