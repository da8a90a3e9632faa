package io.radam.djl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.tracker.Tracker;
import io.radam.DType;
import io.radam.Hyperparameters;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.RAdam;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Gradients: they are set to zero, clipped at both ends, and may be missing, frozen or of half precision. */
class GradientsTest {
    @ParameterizedTest
    @EnumSource
    void aStepSetsThemToZero(TrainerKind kind) {
        RadamOptimizer optimizer =
                RadamOptimizers.sgd().optLearningRateTracker(Tracker.fixed(0)).build();
        try (optimizer; Model model = Network.model();
             Trainer trainer = kind.newTrainer(model, Network.config(optimizer))) {
            Network.initialize(trainer);
            Network.backward(trainer, 0);
            Map<String, float[]> first = Network.gradients(model.getBlock());
            trainer.step();
            Network.gradients(model.getBlock()).forEach((name, gradient) ->
                    assertArrayEquals(new float[gradient.length], gradient, name));
            // The values did not change, so the gradients are the same unless they were added up.
            Network.backward(trainer, 0);
            Network.gradients(model.getBlock()).forEach((name, gradient) ->
                    assertArrayEquals(first.get(name), gradient, name));
        }
    }

    /** A row is all axes but the first. What has one axis, or rows of one element, is left alone. */
    @Test
    void theyAreCentralized() {
        try (RadamOptimizer optimizer = RadamOptimizers.sgd().optLearningRateTracker(Tracker.fixed(1))
                     .opt(Hyperparameters.CENTRALIZE_GRADIENTS, true).build();
             NDManager manager = NDManager.newBaseManager()) {
            NDArray weight = manager.zeros(new Shape(2, 2, 2));
            optimizer.update("weight", weight,
                    manager.create(new float[] {1, 2, 3, 6, 0, 0, 0, 4}, new Shape(2, 2, 2)));
            assertArrayEquals(new float[] {2, 1, 0, -3, 1, 1, 1, -3}, weight.toFloatArray());
            NDArray column = manager.zeros(new Shape(2, 1));
            optimizer.update("column", column, manager.create(new float[] {1, 2}, new Shape(2, 1)));
            assertArrayEquals(new float[] {-1, -2}, column.toFloatArray());
            NDArray bias = manager.zeros(new Shape(2));
            optimizer.update("bias", bias, manager.create(new float[] {1, 2}));
            assertArrayEquals(new float[] {-1, -2}, bias.toFloatArray());
            NDArray scalar = manager.create(1f);
            optimizer.update("scalar", scalar, manager.create(2f));
            assertArrayEquals(new float[] {-1}, scalar.toFloatArray());
        }
    }

    @ParameterizedTest
    @EnumSource
    void frozenParametersStay(TrainerKind kind) {
        RadamOptimizer optimizer = RadamOptimizers.adam().optWeightDecays(0.1f).build();
        try (optimizer; Model model = Network.model();
             Trainer trainer = kind.newTrainer(model, Network.config(optimizer))) {
            Network.initialize(trainer);
            var frozen = model.getBlock().getParameters().valueAt(0);
            frozen.freeze(true);
            float[] before = frozen.getArray().toFloatArray();
            Network.train(trainer, 3);
            assertArrayEquals(before, frozen.getArray().toFloatArray());
            frozen.freeze(false);
            Network.train(trainer, 3);
            assertFalse(Arrays.equals(before, frozen.getArray().toFloatArray()));
        }
    }

    /** The trainer leaves alone what no backward pass has reached, weight decay or not. */
    @Test
    void withoutAGradientNothingMoves() {
        RadamOptimizer optimizer = RadamOptimizers.adamW().optWeightDecays(0.5f).build();
        try (optimizer; Model model = Network.model();
             Trainer trainer = new RadamTrainer(model, Network.config(optimizer))) {
            Network.initialize(trainer);
            NDArray reached = model.getBlock().getParameters().valueAt(0).getArray();
            NDArray other = model.getBlock().getParameters().valueAt(2).getArray();
            float[] before = reached.toFloatArray();
            float[] otherBefore = other.toFloatArray();
            try (GradientCollector collector = trainer.newGradientCollector()) {
                collector.backward(reached.sum());
            }
            trainer.step();
            assertFalse(Arrays.equals(before, reached.toFloatArray()));
            assertArrayEquals(otherBefore, other.toFloatArray());
        }
    }

    /** DJL's trainer has zeros for what no backward pass has reached: decay goes on, as with DJL's own optimizer. */
    @Test
    void withoutAGradientDjlsTrainerDecays() {
        Tracker rate = Tracker.fixed(0.1f);
        float[] expected = steppedWithoutGradient(ai.djl.training.optimizer.Optimizer.adamW()
                .optLearningRateTracker(rate).optWeightDecays(0.5f).build());
        RadamOptimizer optimizer =
                RadamOptimizers.adamW().optLearningRateTracker(rate).optWeightDecays(0.5f).build();
        assertArrayEquals(expected, steppedWithoutGradient(optimizer), 1e-6f);
        optimizer.close();
    }

    private static float[] steppedWithoutGradient(ai.djl.training.optimizer.Optimizer optimizer) {
        try (Model model = Network.model(); Trainer trainer = model.newTrainer(Network.config(optimizer))) {
            Network.initialize(trainer);
            NDArray reached = model.getBlock().getParameters().valueAt(0).getArray();
            NDArray other = model.getBlock().getParameters().valueAt(2).getArray();
            float[] before = other.toFloatArray();
            try (GradientCollector collector = trainer.newGradientCollector()) {
                collector.backward(reached.sum());
            }
            trainer.step();
            float[] after = other.toFloatArray();
            assertEquals(0.95f * before[0], after[0], 1e-6f);
            return after;
        }
    }

    /** One layer at two places has one state, and is stepped once. */
    @ParameterizedTest
    @EnumSource
    void sharedParametersAreSteppedOnce(TrainerKind kind) {
        RadamOptimizer optimizer = RadamOptimizers.sgd().optLearningRateTracker(Tracker.fixed(1)).build();
        try (optimizer; Model model = Model.newInstance("shared", Device.cpu(), "PyTorch")) {
            Linear layer = Linear.builder().setUnits(Digits.PIXELS).build();
            model.setBlock(new SequentialBlock().add(layer).add(layer));
            try (Trainer trainer = kind.newTrainer(model, Network.config(optimizer))) {
                Network.initialize(trainer);
                Network.backward(trainer, 0);
                float[] before = Network.values(layer).get("weight");
                float[] gradient = Network.gradients(layer).get("weight");
                trainer.step();
                float[] after = Network.values(layer).get("weight");
                for (int i = 0; i < after.length; i++) {
                    assertEquals(before[i] - gradient[i], after[i]);
                }
                assertTrue(optimizer.toString().contains("[2 parameters"), optimizer.toString());
            }
        }
    }

    @Test
    void clippingByValueCutsAtBothEnds() {
        try (RadamOptimizer optimizer = RadamOptimizers.sgd().optLearningRateTracker(Tracker.fixed(1))
                     .optClipGrad(0.5f).build();
             NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            NDArray weight = manager.zeros(new Shape(3));
            optimizer.update("w", weight, manager.create(new float[] {-3, 0.25f, 3}));
            assertArrayEquals(new float[] {0.5f, -0.25f, -0.5f}, weight.toFloatArray());
        }
    }

    @Test
    void halfPrecision() {
        int length = 1000;
        try (RadamOptimizer optimizer = RadamOptimizers.radam().build();
             NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
             Arena arena = Arena.ofConfined()) {
            NDArray weight = manager.randomNormal(new Shape(length)).toType(DataType.FLOAT16, true);
            MemorySegment values = arena.allocate(2L * length, 64);
            MemorySegment gradients = arena.allocate(2L * length, 64);
            values.copyFrom(MemorySegment.ofBuffer(weight.toByteBuffer(true)));
            try (Optimizer core = RAdam.builder().learningRate(1e-3f).parameter(Parameter.builder(values, gradients)
                    .valuesType(DType.FLOAT16).gradientType(DType.FLOAT16).build()).build()) {
                for (int step = 0; step < 20; step++) {
                    NDArray gradient = manager.randomNormal(new Shape(length)).toType(DataType.FLOAT16, true);
                    gradients.copyFrom(MemorySegment.ofBuffer(gradient.toByteBuffer(true)));
                    core.step();
                    optimizer.update("w", weight, gradient);
                    assertTrue(values.mismatch(MemorySegment.ofBuffer(weight.toByteBuffer(true))) < 0);
                }
            }
        }
    }

    /** A whole model in half precision, as far as PyTorch computes with it on a CPU. */
    @ParameterizedTest
    @EnumSource
    void aModelInHalfPrecisionLearns(TrainerKind kind) {
        RadamOptimizer optimizer = RadamOptimizers.adam().optEpsilon(1e-4f)
                .optLearningRateTracker(Tracker.fixed(5e-3f)).build();
        try (optimizer; Model model = Network.model()) {
            model.setDataType(DataType.FLOAT16);
            try (Trainer trainer = kind.newTrainer(model, Network.config(optimizer))) {
                Network.initialize(trainer);
                NDArray weight = model.getBlock().getParameters().valueAt(0).getArray();
                assertTrue(weight.getDataType() == DataType.FLOAT16);
                float first = loss(trainer);
                for (int i = 0; i < 50; i++) {
                    loss(trainer);
                    trainer.step();
                }
                float last = loss(trainer);
                assertTrue(last < 0.7 * first, first + " to " + last);
            }
        }
    }

    private static float loss(Trainer trainer) {
        try (NDManager manager = trainer.getManager().newSubManager()) {
            NDArray images = Digits.images(manager, 0, Network.BATCH).toType(DataType.FLOAT16, true);
            NDArray labels = Digits.labels(manager, 0, Network.BATCH);
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDList prediction = trainer.forward(new NDList(images));
                NDArray loss = trainer.getLoss().evaluate(new NDList(labels), prediction);
                collector.backward(loss);
                return loss.toType(DataType.FLOAT32, true).getFloat();
            }
        }
    }
}
