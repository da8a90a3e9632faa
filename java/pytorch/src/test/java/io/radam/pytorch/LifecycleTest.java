package io.radam.pytorch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Adam;
import io.radam.Algorithm;
import io.radam.CustomAlgorithm;
import io.radam.InvalidHyperparameterException;
import io.radam.InvalidParameterException;
import io.radam.Optimizer;
import io.radam.OptimizerStateException;
import io.radam.ParameterGroup;
import io.radam.RAdam;
import io.radam.SGD;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Whatever is closed, and in whatever order, there is an exception or nothing, and never a crash. */
class LifecycleTest {
    private static void backward(Tensor parameter) {
        // Its graph, which holds the parameter, is not left to the collector.
        try (PointerScope _ = new PointerScope()) {
            parameter.mul(parameter).sum().backward(); // the gradient is 2p
        }
    }

    @Test
    void aClosedOptimizerSaysSoAndClosesAgain() {
        Tensor weight = Tensors.parameter(1);
        TorchOptimizer optimizer = TorchOptimizer.of(SGD.builder(), Tensors.named("weight", weight));
        ParameterGroup group = optimizer.core().groups().getFirst();
        optimizer.close();
        optimizer.close();
        assertThrows(OptimizerStateException.class, optimizer::step);
        assertThrows(OptimizerStateException.class, optimizer::zero_grad);
        assertThrows(OptimizerStateException.class, optimizer::gradientStatistics);
        assertThrows(OptimizerStateException.class, optimizer::memory);
        assertThrows(OptimizerStateException.class, () -> optimizer.parameter(weight));
        assertThrows(OptimizerStateException.class, () -> optimizer.remove(weight));
        assertThrows(OptimizerStateException.class, () -> optimizer.add(group, "b", weight, options -> { }));
        assertThrows(OptimizerStateException.class,
                () -> optimizer.addGroup(settings -> { }, Tensors.named("b", weight)));
        backward(weight);
        assertArrayEquals(new float[] {2}, Tensors.floats(weight.grad()), "the tensor lives on");
    }

    @Test
    void theCoreMayBeClosedFirst() {
        Tensor weight = Tensors.parameter(1);
        TorchOptimizer optimizer = TorchOptimizer.of(SGD.builder(), Tensors.named("weight", weight));
        backward(weight);
        optimizer.core().close();
        assertThrows(OptimizerStateException.class, optimizer::step);
        assertThrows(OptimizerStateException.class, optimizer::step, "it is not in use for ever");
        optimizer.close();
        optimizer.close();
    }

    @Test
    void theModuleMayBeClosedFirst() {
        Classifier module = Classifier.of(1);
        TorchOptimizer optimizer = TorchOptimizer.of(RAdam.builder(), module);
        module.backward(Digits.load().batch(0));
        module.close();
        System.gc();
        optimizer.step();
        optimizer.zero_grad();
        optimizer.step();
        optimizer.close();
        assertThrows(InvalidParameterException.class, () -> TorchOptimizer.of(RAdam.builder(), module));
        assertThrows(InvalidParameterException.class, () -> TorchOptimizer.namedParameters(module));
    }

    @Test
    void handlesAndScopesMayBeClosedFirst() {
        Tensor weight = Tensors.parameter(1, 2);
        TorchOptimizer optimizer;
        long address = weight.data_ptr().address();
        try (PointerScope _ = new PointerScope()) {
            TensorVector vector = new TensorVector(weight);
            optimizer = TorchOptimizer.of(SGD.builder().learningRate(0.25), vector);
            vector.close();
            assertThrows(InvalidParameterException.class, () -> TorchOptimizer.of(SGD.builder(), vector));
        }
        backward(weight);
        weight.close();
        optimizer.step();
        assertThrows(InvalidParameterException.class, () -> optimizer.parameter(weight));
        assertEquals(address, optimizer.memory().getFirst().values());
        optimizer.close();
    }

    /** A step after the scope of a batch is closed, in which the optimizer was not made. */
    @Test
    void stepsMayBeInScopesOfTheirOwn() {
        Tensor weight = Tensors.parameter(1);
        try (TorchOptimizer optimizer = TorchOptimizer.of(SGD.builder().learningRate(0.25),
                Tensors.named("weight", weight))) {
            for (int step = 0; step < 3; step++) {
                try (PointerScope _ = new PointerScope()) {
                    optimizer.zero_grad();
                    backward(weight);
                    optimizer.step();
                }
            }
            assertArrayEquals(new float[] {0.125f}, Tensors.floats(weight));
        }
    }

    @Test
    void aMakingThatFailsLeavesNothing() {
        Tensor weight = Tensors.parameter(1);
        long handles = weight.use_count();
        assertThrows(InvalidParameterException.class, () -> TorchOptimizer.of(RAdam.builder(),
                Tensors.named("good", weight, "bad", torch.ones(1).to(torch.ScalarType.Long))));
        assertThrows(InvalidHyperparameterException.class,
                () -> TorchOptimizer.of(RAdam.builder().learningRate(-1), Tensors.named("weight", weight)));
        assertThrows(InvalidParameterException.class, () -> TorchOptimizer.of(RAdam.builder(), Map.of()));
        try (TorchOptimizer optimizer = TorchOptimizer.of(RAdam.builder(), Tensors.named("weight", weight))) {
            Tensor other = Tensors.parameter(1);
            assertThrows(InvalidParameterException.class,
                    () -> optimizer.addGroup(group -> { }, Tensors.named("weight", other)), "the name is taken");
            assertThrows(InvalidHyperparameterException.class,
                    () -> optimizer.addGroup(group -> group.learningRate(-1), Tensors.named("other", other)));
            assertThrows(IllegalStateException.class,
                    () -> optimizer.add(optimizer.core().groups().getFirst(), "other", other, options -> {
                        throw new IllegalStateException("options that fail");
                    }));
            assertEquals(1, other.use_count());
            assertEquals(1, optimizer.core().groups().size());
        }
        assertEquals(handles, weight.use_count());
    }

    @Test
    void groupsHaveSettingsOfTheirOwn() {
        LinearImpl body = new LinearImpl(2, 2);
        Tensor head = Tensors.parameter(1);
        Tensor late = Tensors.parameter(1);
        try (TorchOptimizer optimizer = TorchOptimizer.of(SGD.builder().learningRate(0.25), body)) {
            optimizer.addGroup(group -> group.name("head").learningRate(0.125), Tensors.named("head", head));
            optimizer.add(optimizer.core().group("head"), "late", late, options -> { });
            backward(head);
            backward(late);
            optimizer.step();
            assertArrayEquals(new float[] {0.75f}, Tensors.floats(head));
            assertArrayEquals(new float[] {0.75f}, Tensors.floats(late));
            optimizer.core().group("head").setLearningRate(0);
            optimizer.step();
            assertArrayEquals(new float[] {0.75f}, Tensors.floats(head));

            long handles = late.use_count();
            optimizer.remove(late);
            assertThrows(InvalidParameterException.class, () -> optimizer.remove(late));
            assertEquals(handles - 1, late.use_count());
            optimizer.step();
        }
    }

    @Test
    void groupsHaveAlgorithmsOfTheirOwn() {
        CustomAlgorithm halves = CustomAlgorithm.builder("own.halves").coefficients((step, h, c) -> { })
                .rule((count, c, values, gradient, state) -> {
                    for (int i = 0; i < count; i++) {
                        values[i] -= gradient[i] / 4;
                    }
                }).build();
        Tensor body = Tensors.parameter(1);
        Tensor head = Tensors.parameter(1);
        Tensor own = Tensors.parameter(1);
        try (TorchOptimizer optimizer = TorchOptimizer.of(SGD.builder().learningRate(0.25),
                Tensors.named("body", body))) {
            optimizer.addGroup(group -> group.hyperparameters(Algorithm.LION.defaults().withLearningRate(0.125)),
                    Tensors.named("head", head));
            optimizer.addGroup(group -> group.hyperparameters(halves.defaults()), Tensors.named("own", own));
            backward(body);
            backward(head);
            backward(own);
            optimizer.step();
            assertArrayEquals(new float[] {0.5f}, Tensors.floats(body), "p - 0.25 * 2p");
            assertArrayEquals(new float[] {0.875f}, Tensors.floats(head), "p - 0.125");
            assertArrayEquals(new float[] {0.5f}, Tensors.floats(own), "p - 2p / 4");
        }
    }

    /** As a program does that is started again: state and weights are saved, and go to another optimizer by name. */
    @Test
    void stateIsSavedAndRestoredByName() {
        Digits digits = Digits.load();
        Classifier model = Classifier.of(5);
        Classifier resumed = Classifier.of(6);
        try (TorchOptimizer optimizer = TorchOptimizer.of(Adam.builder().learningRate(1e-2), model);
                TorchOptimizer other = TorchOptimizer.of(Adam.builder().learningRate(1), reversed(resumed))) {
            for (int step = 0; step < 10; step++) {
                train(model, optimizer, digits.batch(step));
            }
            Map<String, Tensor> trained = TorchOptimizer.namedParameters(model);
            TorchOptimizer.namedParameters(resumed).forEach((name, tensor) ->
                    tensor.set_data(trained.get(name).detach().clone()));
            other.core().restore(optimizer.core().snapshot());
            for (int step = 10; step < 20; step++) {
                train(model, optimizer, digits.batch(step));
                train(resumed, other, digits.batch(step));
            }
            TorchOptimizer.namedParameters(resumed).forEach((name, tensor) ->
                    assertArrayEquals(Tensors.floats(trained.get(name)), Tensors.floats(tensor), name));
            assertEquals(20, other.core().stepCount(other.core().parameter("hidden.weight")));
        }
    }

    private static void train(Classifier model, TorchOptimizer optimizer, Digits batch) {
        optimizer.zero_grad();
        model.backward(batch);
        optimizer.step();
    }

    private static Map<String, Tensor> reversed(Classifier model) {
        Map<String, Tensor> parameters = TorchOptimizer.namedParameters(model);
        return ((java.util.LinkedHashMap<String, Tensor>) parameters).reversed();
    }

    @Test
    void onlyOneCallUsesItAtATime() {
        Tensor weight = Tensors.parameter(1);
        try (TorchOptimizer optimizer = TorchOptimizer.of(SGD.builder(), Tensors.named("weight", weight))) {
            optimizer.addGroup(group -> {
                assertThrows(OptimizerStateException.class, optimizer::step);
                assertThrows(OptimizerStateException.class, optimizer::close);
            }, Tensors.named("other", Tensors.parameter(1)));
            optimizer.step();
        }
    }

    @Test
    void theCoreIsAnOrdinaryOptimizer() {
        Classifier model = Classifier.of(1);
        try (TorchOptimizer optimizer = TorchOptimizer.of(RAdam.builder(), model)) {
            Optimizer core = optimizer.core();
            assertTrue(core.parameter("output.bias").length() == 10);
            assertEquals(4, core.groups().getFirst().parameters().size());
        }
    }
}
