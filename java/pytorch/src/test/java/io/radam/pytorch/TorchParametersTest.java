package io.radam.pytorch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.AdamW;
import io.radam.InvalidParameterException;
import io.radam.OptimizerBuilder;
import io.radam.OptimizerStateException;
import io.radam.Parameter;
import io.radam.RAdam;
import io.radam.SGD;
import io.radam.StepOptions;
import io.radam.sharded.Collectives;
import io.radam.sharded.CollectivesException;
import io.radam.sharded.ShardedOptimizer;
import io.radam.sharded.ThreadCollectives;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A module's parameters in a sharded optimizer are found anew in each step, as those of a {@link TorchOptimizer}. */
class TorchParametersTest {
    private final Collectives alone = ThreadCollectives.of(1, Duration.ofMinutes(1)).getFirst();

    @BeforeAll
    static void oneThread() {
        torch.set_num_threads(1);
    }

    private ShardedOptimizer sharded(OptimizerBuilder<?, ?> builder) {
        return ShardedOptimizer.of(alone, builder);
    }

    private static void assertSame(Classifier expected, Classifier actual) {
        Map<String, Tensor> others = TorchOptimizer.namedParameters(actual);
        TorchOptimizer.namedParameters(expected).forEach((name, tensor) ->
                assertArrayEquals(Tensors.floats(tensor), Tensors.floats(others.get(name)), name));
    }

    /** With groups by name, gradients in new memory in each step, and steps in which some parameters have none. */
    @Test
    void oneRankTrainsAsAnOptimizerOfThisProcess() {
        Digits digits = Digits.load();
        Classifier expected = Classifier.of(3);
        Classifier actual = Classifier.of(3);
        Map<String, Tensor> biases = TorchOptimizer.namedParameters(expected);
        Map<String, Tensor> weights = TorchOptimizer.namedParameters(expected);
        biases.keySet().removeIf(name -> !name.endsWith("bias"));
        weights.keySet().removeAll(biases.keySet());
        try (TorchOptimizer optimizer = TorchOptimizer.of(AdamW.builder().learningRate(0.01).weightDecay(0.1), weights);
                TorchParameters model = TorchParameters.of(actual);
                ShardedOptimizer sharded = sharded(AdamW.builder().learningRate(0.01).weightDecay(0.1)
                        .parameters(model.named(name -> name.endsWith("weight")))
                        .group(group -> group.weightDecay(0)
                                .parameters(model.named(name -> name.endsWith("bias")))))) {
            optimizer.addGroup(group -> group.weightDecay(0), biases);
            for (int step = 0; step < 10; step++) {
                for (Classifier module : List.of(expected, actual)) {
                    module.zero_grad(true);
                    module.backward(digits.batch(step));
                    if (step == 4) {
                        TorchOptimizer.namedParameters(module).get("hidden.weight").mutable_grad().reset();
                    }
                }
                StepOptions options = StepOptions.NONE.withMaxGradientNorm(0.5);
                assertEquals(optimizer.step(options).statistics().norm(),
                        model.step(sharded, options).statistics().norm());
                assertSame(expected, actual);
            }
        }
    }

    @Test
    void parametersHaveTheNamesOfTheModule() {
        try (TorchParameters model = TorchParameters.of(Classifier.of(1))) {
            assertEquals(List.of("hidden.weight", "hidden.bias", "output.weight", "output.bias"),
                    model.all().stream().map(Parameter::name).toList());
            assertEquals(List.of(), model.named(String::isEmpty));
        }
    }

    /** As all changes in place do. */
    @Test
    void aStepCountsAsAChange() {
        Tensor weight = Tensors.parameter(1, 2);
        try (TorchParameters model = TorchParameters.of(Tensors.named("w", weight));
                ShardedOptimizer optimizer = sharded(SGD.builder().learningRate(1).parameters(model.all()))) {
            long before = weight._version();
            model.step(optimizer);
            assertEquals(before, weight._version(), "there was no gradient");
            Tensors.setGradient(weight, torch.tensor(new float[] {1, 1}));
            model.step(optimizer);
            assertEquals(before + 1, weight._version());
            assertArrayEquals(new float[] {0, 1}, Tensors.floats(weight));
            Tensors.setGradient(weight, torch.tensor(new float[] {Float.NaN, 1}));
            assertFalse(model.step(optimizer, StepOptions.NONE.withSkipNonFinite(true)).applied());
            assertEquals(before + 1, weight._version());
        }
    }

    @Test
    void valuesMayMove() {
        Tensor weight = Tensors.parameter(1, 2);
        try (TorchParameters model = TorchParameters.of(Tensors.named("w", weight));
                ShardedOptimizer optimizer = sharded(SGD.builder().learningRate(1).parameters(model.all()))) {
            long address = weight.data_ptr().address();
            weight.set_data(torch.tensor(new float[] {5, 6}));
            assertNotEquals(address, weight.data_ptr().address());
            Tensors.setGradient(weight, torch.tensor(new float[] {1, 1}));
            model.step(optimizer);
            assertArrayEquals(new float[] {4, 5}, Tensors.floats(weight));
        }
    }

    /** Of two optimizers by turns, each finds values that have moved before a step of the other. */
    @Test
    void valuesMayMoveBetweenOptimizers() {
        Tensor weight = Tensors.parameter(1, 2);
        try (TorchParameters model = TorchParameters.of(Tensors.named("w", weight));
                ShardedOptimizer one = sharded(SGD.builder().learningRate(1).parameters(model.all()));
                ShardedOptimizer other = sharded(SGD.builder().learningRate(2).parameters(model.all()))) {
            weight.set_data(torch.tensor(new float[] {5, 6}));
            Tensors.setGradient(weight, torch.tensor(new float[] {1, 1}));
            model.step(one);
            assertArrayEquals(new float[] {4, 5}, Tensors.floats(weight));
            model.step(other);
            assertArrayEquals(new float[] {2, 3}, Tensors.floats(weight));
            weight.set_data(torch.tensor(new float[] {7, 8}));
            model.step(other);
            model.step(one);
            assertArrayEquals(new float[] {4, 5}, Tensors.floats(weight));
        }
    }

    /** It reads them. Another optimizer, with the parameters from before, is refused then. */
    @Test
    void anOptimizerIsBuiltAfterValuesMoved() {
        Tensor weight = Tensors.parameter(1, 2);
        try (TorchParameters model = TorchParameters.of(Tensors.named("w", weight))) {
            Tensors.setGradient(weight, torch.tensor(new float[] {1, 1}));
            try (ShardedOptimizer first = sharded(SGD.builder().learningRate(1).parameters(model.all()))) {
                weight.set_data(torch.tensor(new float[] {5, 6}));
                model.step(first);
                List<Parameter> all = model.all();
                assertTrue(all.getFirst() == model.all().getFirst());
                assertEquals(weight.data_ptr().address(), all.getFirst().values().address());
                try (ShardedOptimizer other = sharded(SGD.builder().learningRate(1).parameters(all))) {
                    model.step(other);
                    assertArrayEquals(new float[] {3, 4}, Tensors.floats(weight));
                    assertThrows(InvalidParameterException.class, () -> model.step(first));
                    assertArrayEquals(new float[] {3, 4}, Tensors.floats(weight));
                }
            }
            weight.set_data(torch.tensor(new float[] {5, 6, 7}));
            assertThrows(InvalidParameterException.class, model::all);
        }
    }

    /** Between steps nothing points to gradients: the optimizer's own step finds none. */
    @Test
    void gradientsAreBoundForAStepOnly() {
        Tensor weight = Tensors.parameter(1, 2);
        try (TorchParameters model = TorchParameters.of(Tensors.named("w", weight));
                ShardedOptimizer optimizer = sharded(SGD.builder().learningRate(1).parameters(model.all()))) {
            Tensors.setGradient(weight, torch.tensor(new float[] {1, 1}));
            model.step(optimizer);
            optimizer.step();
            assertThrows(io.radam.InvalidHyperparameterException.class,
                    () -> model.step(optimizer, StepOptions.NONE.withLossScale(-1)));
            optimizer.step();
            assertArrayEquals(new float[] {0, 1}, Tensors.floats(weight));
        }
    }

    /** There is nothing to step, which is not a step that was made. */
    @Test
    void nothingIsDoneOnceClosed() {
        TorchParameters model = TorchParameters.of(Tensors.named("w", Tensors.parameter(1, 2)));
        try (ShardedOptimizer optimizer = sharded(SGD.builder().learningRate(1).parameters(model.all()))) {
            model.close();
            assertThrows(OptimizerStateException.class, () -> model.step(optimizer));
            assertThrows(OptimizerStateException.class, () -> model.step(optimizer, StepOptions.NONE));
            assertThrows(OptimizerStateException.class, model::all);
            assertThrows(OptimizerStateException.class, () -> model.named(_ -> true));
        }
    }

    @Test
    void aTensorThatIsThereTwiceIsSteppedOnce() {
        Tensor weight = Tensors.parameter(1, 2);
        try (TorchParameters model = TorchParameters.of(Tensors.named("w", weight, "tied", weight));
                ShardedOptimizer optimizer = sharded(SGD.builder().learningRate(1).parameters(model.all()))) {
            assertEquals(List.of("w"), model.all().stream().map(Parameter::name).toList());
            Tensors.setGradient(weight, torch.tensor(new float[] {1, 1}));
            model.step(optimizer);
            assertArrayEquals(new float[] {0, 1}, Tensors.floats(weight));
        }
    }

    @Test
    void whatCannotBeSteppedIsRefused() {
        Tensor weight = Tensors.parameter(1, 2);
        Tensor doubles = Tensors.parameter(ScalarType.Double, 1);
        assertTrue(assertThrows(InvalidParameterException.class,
                () -> TorchParameters.of(Tensors.named("w", weight, "d", doubles))).getMessage()
                .startsWith("parameter d is of the type "));
        assertThrows(InvalidParameterException.class, () -> TorchParameters.of(Map.of()));
        try (TorchParameters model = TorchParameters.of(Tensors.named("w", weight));
                ShardedOptimizer optimizer = sharded(SGD.builder().learningRate(1).parameters(model.all()))) {
            weight.set_data(torch.tensor(new float[] {5, 6, 7}));
            Tensors.setGradient(weight, torch.tensor(new float[] {1, 1, 1}));
            assertThrows(InvalidParameterException.class, () -> model.step(optimizer));
            assertArrayEquals(new float[] {5, 6, 7}, Tensors.floats(weight));
            assertThrows(NullPointerException.class, () -> model.step(null));
        }
    }

    /** Of another optimizer's parameters; and after a failure in the middle, the first reason is what is thrown. */
    @Test
    void otherOptimizersAndFailures() {
        Tensor weight = Tensors.parameter(1, 2);
        Tensors.setGradient(weight, torch.tensor(new float[] {1, 1}));
        TorchParameters model = TorchParameters.of(Tensors.named("w", weight));
        ShardedOptimizer optimizer = sharded(RAdam.builder().parameters(model.all()));
        try (TorchParameters other = TorchParameters.of(Tensors.named("w", weight))) {
            assertThrows(InvalidParameterException.class, () -> other.step(optimizer));
        }
        alone.abort("enough");
        assertEquals("rank 0 aborted: enough",
                assertThrows(CollectivesException.class, () -> model.step(optimizer)).getMessage());
        optimizer.close();
        assertThrows(OptimizerStateException.class, () -> model.step(optimizer));
        model.close();
        model.close();
    }
}
