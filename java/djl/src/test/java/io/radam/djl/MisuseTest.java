package io.radam.djl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.Trainer;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.passthrough.PassthroughNDArray;
import ai.djl.util.passthrough.PassthroughNDManager;
import io.radam.Algorithm;
import io.radam.AverageDecay;
import io.radam.Hyperparameters;
import io.radam.InvalidHyperparameterException;
import io.radam.InvalidParameterException;
import io.radam.OptimizerStateException;
import io.radam.Ranger;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What cannot be stepped is refused by name, and nothing is changed. */
class MisuseTest {
    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private final RadamOptimizer optimizer = RadamOptimizers.adam().build();

    @AfterEach
    void close() {
        manager.close();
        optimizer.close();
    }

    @Test
    void arraysOfAnotherEngine() {
        NDArray other = new PassthroughNDArray(PassthroughNDManager.INSTANCE, ByteBuffer.allocate(8), new Shape(2),
                DataType.FLOAT32);
        refused("only arrays of DJL's PyTorch engine", () -> optimizer.update("w", other, manager.ones(new Shape(2))));
        refused("the gradient of w", () -> optimizer.update("w", manager.ones(new Shape(2)), other));
    }

    /** It has to see the gradients of all parameters. */
    @Test
    void algorithmsThatMoveTheLearningRateOneByOne() {
        for (Algorithm algorithm : List.of(Algorithm.SGD_HD, Algorithm.ADAM_HD, Algorithm.YELLOWFIN)) {
            try (RadamOptimizer one = RadamOptimizers.of(algorithm.defaults()).build()) {
                NDArray weight = manager.ones(new Shape(2));
                String message = assertThrows(OptimizerStateException.class,
                        () -> one.update("w", weight, manager.ones(new Shape(2)))).getMessage();
                assertTrue(message.startsWith(algorithm + " moves the learning rate"), message);
                assertArrayEquals(new float[] {1, 1}, weight.toFloatArray());
            }
        }
    }

    @Test
    void modelsOfAnotherEngine() {
        Engine engine = new OtherEngine();
        Model model = (Model) Proxy.newProxyInstance(Model.class.getClassLoader(), new Class<?>[] {Model.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "getNDManager" -> engine.newBaseManager();
                    default -> throw new AssertionError(method);
                });
        refused("the model is of the engine Other", () -> new RadamTrainer(model, Network.config(optimizer)).close());
    }

    @Test
    void averagesOfHalfPrecision() {
        try (RadamOptimizer averaging = RadamOptimizers.sgd().optAverages(AverageDecay.constant(0.9)).build()) {
            NDArray half = manager.ones(new Shape(2), DataType.FLOAT16);
            refused("build the optimizer without optAverages",
                    () -> averaging.update("w", half, manager.ones(new Shape(2), DataType.FLOAT16)));
            assertArrayEquals(new float[] {1, 1}, half.toType(DataType.FLOAT32, true).toFloatArray());
        }
    }

    /** When it is built, not in the first step. */
    @Test
    void averagesWithLookahead() {
        RadamOptimizer.Builder both = RadamOptimizers.of(Ranger.hyperparameters())
                .optAverages(AverageDecay.constant(0.9));
        InvalidHyperparameterException e = assertThrows(InvalidHyperparameterException.class, both::build);
        assertTrue(e.getMessage().contains("optAverages"), e.getMessage());
        both.opt(Hyperparameters.LOOKAHEAD_STEPS, 0L).build().close();
    }

    @Test
    void integersAndDoubles() {
        NDArray integers = manager.ones(new Shape(2), DataType.INT32);
        refused("the weight of w is INT32", () -> optimizer.update("w", integers, integers.duplicate()));
        NDArray doubles = manager.ones(new Shape(2), DataType.FLOAT64);
        refused("FLOAT64", () -> optimizer.update("w", doubles, doubles.duplicate()));
    }

    @Test
    void viewsThatAreNotContiguous() {
        NDArray weight = manager.ones(new Shape(2, 3));
        refused("not contiguous", () -> optimizer.update("w", weight.transpose(), manager.ones(new Shape(3, 2))));
        optimizer.update("w", weight, manager.ones(new Shape(2, 3)));
    }

    @Test
    void sparseGradients() {
        NDArray weight = manager.ones(new Shape(2, 2));
        NDArray sparse = manager.createCoo(java.nio.FloatBuffer.wrap(new float[] {1}), new long[][] {{0}, {1}},
                new Shape(2, 2));
        refused("sparse", () -> optimizer.update("w", weight, sparse));
    }

    @Test
    void anotherLengthOrTypeThanBefore() {
        optimizer.update("w", manager.ones(new Shape(2)), manager.ones(new Shape(2)));
        refused("had 2 in earlier steps",
                () -> optimizer.update("w", manager.ones(new Shape(3)), manager.ones(new Shape(3))));
        refused("FLOAT16 now", () -> optimizer.update("w", manager.ones(new Shape(2), DataType.FLOAT16),
                manager.ones(new Shape(2))));
        NDArray weight = manager.ones(new Shape(2));
        assertThrows(InvalidParameterException.class,
                () -> optimizer.update("w", weight, manager.ones(new Shape(3))));
        assertArrayEquals(new float[] {1, 1}, weight.toFloatArray());
    }

    @Test
    void aParameterOnTwoDevices() {
        NDArray gradient = manager.ones(new Shape(2));
        optimizer.update("w", manager.ones(new Shape(2)), gradient);
        NDArray replica = manager.ones(new Shape(2));
        refused("train on one device", () -> optimizer.update("w", replica, gradient));
        assertArrayEquals(new float[] {1, 1}, replica.toFloatArray());
    }

    @Test
    void trainersOfSeveralDevices() {
        try (Model model = Network.model()) {
            refused("steps are made on cpu() alone", () -> new RadamTrainer(model, Network.config(optimizer)
                    .optDevices(new Device[] {Device.cpu(), Device.gpu()})).close());
            refused("[gpu(0)]", () -> new RadamTrainer(model, Network.config(optimizer)
                    .optDevices(new Device[] {Device.gpu()})).close());
            // All CPUs are one device to DJL.
            assertThrows(IllegalArgumentException.class, () -> model.newTrainer(Network.config(optimizer)
                    .optDevices(new Device[] {Device.cpu(), Device.of("cpu", 1)})).close());
        }
    }

    @Test
    void trainersOfAnotherOptimizer() {
        try (Model model = Network.model()) {
            refused("set one of RadamOptimizers",
                    () -> new RadamTrainer(model, Network.config(Optimizer.adam().build())).close());
        }
    }

    @Test
    void modelsWithoutABlock() {
        try (Model model = Model.newInstance("none", Device.cpu(), "PyTorch")) {
            refused("has no block", () -> new RadamTrainer(model, Network.config(optimizer)).close());
        }
    }

    @Test
    void stepsBeforeTheBlockIsInitialized() {
        try (Model model = Network.model(); Trainer trainer = new RadamTrainer(model, Network.config(optimizer))) {
            refused("call initialize of the trainer", trainer::step);
        }
    }

    @Test
    void stepsBeforeBackward() {
        try (Model model = Network.model(); Trainer trainer = new RadamTrainer(model, Network.config(optimizer))) {
            Network.initialize(trainer);
            OptimizerStateException e = assertThrows(OptimizerStateException.class, trainer::step);
            assertTrue(e.getMessage().contains("call backward"), e.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void learningRatesOutOfRange(TrainerKind kind) {
        RadamOptimizer nan = RadamOptimizers.adam().optLearningRateTracker(Tracker.fixed(Float.NaN)).build();
        try (nan; Model model = Network.model(); Trainer trainer = kind.newTrainer(model, Network.config(nan))) {
            Network.initialize(trainer);
            Network.backward(trainer, 0);
            var before = Network.values(model.getBlock());
            assertThrows(InvalidHyperparameterException.class, trainer::step);
            before.forEach((name, values) ->
                    assertArrayEquals(values, Network.values(model.getBlock()).get(name), name));
        }
    }

    @Test
    void settingsOutOfRange() {
        assertThrows(InvalidHyperparameterException.class, () -> RadamOptimizers.adam().optBeta1(1).build());
        assertThrows(InvalidHyperparameterException.class, () -> RadamOptimizers.sgd().optBeta1(0.5f).build());
        assertThrows(InvalidHyperparameterException.class, () -> RadamOptimizers.lion().optEpsilon(1).build());
        assertThrows(InvalidHyperparameterException.class,
                () -> RadamOptimizers.scheduleFreeSgd().optEpsilon(1).build());
        assertThrows(InvalidHyperparameterException.class,
                () -> RadamOptimizers.scheduleFreeSgd().optMomentum(0).build());
        assertThrows(InvalidHyperparameterException.class,
                () -> RadamOptimizers.scheduleFreeRAdam().optBeta1(0).build());
        assertThrows(InvalidHyperparameterException.class, () -> RadamOptimizers.adadelta().optEpsilon(0).build());
        assertThrows(InvalidHyperparameterException.class, () -> RadamOptimizers.cocob().optEpsilon(0).build());
        assertThrows(InvalidHyperparameterException.class, () -> RadamOptimizers.radam().optWeightDecays(-1).build());
        assertThrows(InvalidHyperparameterException.class, () -> RadamOptimizers.radam().optClipGrad(0).build());
    }

    private static void refused(String why, Executable call) {
        InvalidParameterException e = assertThrows(InvalidParameterException.class, call);
        assertTrue(e.getMessage().contains(why), e.getMessage());
    }
}
