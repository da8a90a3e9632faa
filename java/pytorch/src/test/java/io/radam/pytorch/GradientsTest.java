package io.radam.pytorch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.InvalidParameterException;
import io.radam.SGD;
import io.radam.StepOptions;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/** Gradients come, go and move as libtorch likes. */
class GradientsTest {
    private static TorchOptimizer descent(Tensor parameter) {
        return TorchOptimizer.of(SGD.builder().learningRate(1), Tensors.named("weight", parameter));
    }

    private static void backward(Tensor parameter) {
        parameter.mul(parameter).sum().backward(); // the gradient is 2p
    }

    @Test
    void gradientsMayBeInOtherMemoryEachStep() {
        Tensor weight = Tensors.parameter(1, -2);
        try (TorchOptimizer optimizer = TorchOptimizer.of(SGD.builder().learningRate(0.25),
                Tensors.named("weight", weight))) {
            for (int step = 0; step < 10; step++) {
                optimizer.zero_grad();
                assertFalse(weight.grad().defined());
                backward(weight);
                optimizer.step();
            }
            assertArrayEquals(new float[] {1 / 1024f, -2 / 1024f}, Tensors.floats(weight));
        }
    }

    @Test
    void gradientsMayStayWhereTheyAre() {
        Tensor weight = Tensors.parameter(1, -2);
        try (TorchOptimizer optimizer = descent(weight)) {
            backward(weight);
            long address = weight.grad().data_ptr().address();
            optimizer.zero_grad(false);
            assertArrayEquals(new float[2], Tensors.floats(weight.grad()));
            backward(weight);
            assertEquals(address, weight.grad().data_ptr().address());
            optimizer.step();
            assertArrayEquals(new float[] {-1, 2}, Tensors.floats(weight));
        }
    }

    @Test
    void gradientsOfSeveralBackwardPassesAreSummedAsUsual() {
        Tensor weight = Tensors.parameter(1);
        try (TorchOptimizer optimizer = descent(weight)) {
            backward(weight);
            backward(weight);
            optimizer.step();
            assertArrayEquals(new float[] {-3}, Tensors.floats(weight));
        }
    }

    @Test
    void parametersWithoutGradientAreSkippedAndTheirStepDoesNotCount() {
        Tensor used = Tensors.parameter(1);
        Tensor unused = Tensors.parameter(5);
        try (TorchOptimizer optimizer = TorchOptimizer.of(SGD.builder().learningRate(1).weightDecay(0.1),
                Tensors.named("used", used, "unused", unused))) {
            optimizer.step();
            backward(used);
            optimizer.step();
            optimizer.zero_grad();
            backward(used);
            optimizer.step();

            assertEquals(2, optimizer.core().stepCount(optimizer.parameter(used)));
            assertEquals(0, optimizer.core().stepCount(optimizer.parameter(unused)));
            assertArrayEquals(new float[] {5}, Tensors.floats(unused));

            backward(unused);
            optimizer.step();
            assertEquals(1, optimizer.core().stepCount(optimizer.parameter(unused)));
        }
    }

    @Test
    void noGradientIsBoundBetweenSteps() {
        Tensor weight = Tensors.parameter(1);
        try (TorchOptimizer optimizer = descent(weight)) {
            backward(weight);
            optimizer.step();
            assertEquals(null, optimizer.core().gradient(optimizer.parameter(weight)));
            optimizer.core().step();
            assertArrayEquals(new float[] {-1}, Tensors.floats(weight));
        }
    }

    @Test
    void optionsAndStatisticsAreThoseOfTheCore() {
        Tensor weight = Tensors.parameter(3, -4);
        try (TorchOptimizer optimizer = descent(weight)) {
            backward(weight);
            assertEquals(10, optimizer.gradientStatistics().norm());
            optimizer.step(StepOptions.NONE.withMaxGradientNorm(5).withZeroGradients(true));
            assertArrayEquals(new float[] {0, 0}, Tensors.floats(weight), 1e-5f);
            assertArrayEquals(new float[2], Tensors.floats(weight.grad()));
            weight.mutable_grad().fill_(new org.bytedeco.pytorch.Scalar(Float.NaN));
            assertFalse(optimizer.step(StepOptions.NONE.withMaxGradientNorm(5)).applied());
        }
    }

    @Test
    void sparseGradientsAreRefusedByName() {
        Tensor weight = Tensors.parameter(1, 2);
        Tensor other = Tensors.parameter(1);
        try (TorchOptimizer optimizer = TorchOptimizer.of(SGD.builder(),
                Tensors.named("other", other, "table", weight))) {
            backward(other);
            Tensors.setGradient(weight, torch.tensor(new float[] {1, 0}).to_sparse());
            refused(optimizer, "gradient of parameter table", "Sparse");
            assertArrayEquals(new float[] {1}, Tensors.floats(other), "nothing is changed");
        }
    }

    @Test
    void gradientsOfAnotherTypeOrShapeAreRefusedByName() {
        Tensor weight = torch.ones(2, 2).to(ScalarType.BFloat16).set_requires_grad(true);
        try (TorchOptimizer optimizer = descent(weight)) {
            Tensors.setGradient(weight, torch.ones(2, 3).to(ScalarType.BFloat16));
            refused(optimizer, "gradient of parameter weight", "[2, 3]", "[2, 2]");
            weight.mutable_grad().reset();
            weight.set_grad_dtype(new ScalarTypeOptional(ScalarType.Float));
            Tensors.setGradient(weight, torch.ones(2, 2));
            refused(optimizer, "gradient of parameter weight", "Float", "BFloat16");
        }
    }

    @Test
    void gradientsThatAreLaidOutOtherwiseAreRefusedByName() {
        Tensor weight = torch.ones(2, 3).set_requires_grad(true);
        try (TorchOptimizer optimizer = descent(weight)) {
            Tensors.setGradient(weight, torch.ones(3, 2).t());
            refused(optimizer, "gradient of parameter weight", "strides [1, 2]", "strides [3, 1]");
            Tensors.setGradient(weight, torch.ones(1, 1).expand(2, 3));
            refused(optimizer, "gradient of parameter weight", "strides [0, 0]");
        }
    }

    @Test
    void lazilyNegatedGradientsAreRefusedByName() {
        Tensor weight = torch.ones(3).set_requires_grad(true);
        try (TorchOptimizer optimizer = descent(weight)) {
            Tensors.setGradient(weight, torch.ones(3)._neg_view());
            refused(optimizer, "gradient of parameter weight", "negated");
        }
    }

    @Test
    void stepsCountAsChangesForAutograd() {
        Tensor weight = Tensors.parameter(1, 2);
        try (TorchOptimizer optimizer = descent(weight)) {
            Tensor kept = weight.mul(weight).sum();
            backward(weight);
            optimizer.step();
            String message = assertThrows(RuntimeException.class, kept::backward).getMessage();
            assertTrue(message.contains("modified by an inplace operation"), message);
        }
    }

    private static void refused(TorchOptimizer optimizer, String... parts) {
        String message = assertThrows(InvalidParameterException.class, optimizer::step).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }
}
