package io.radam.pytorch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.radam.InvalidParameterException;
import io.radam.RAdam;
import io.radam.SGD;
import io.radam.StepOptions;
import io.radam.cuda.CudaDevice;
import io.radam.cuda.CudaStream;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Modules that are on a GPU of PyTorch's own are stepped there, to the bits of the CPU. */
@Tag("gpu")
class RealGpuTest {
    @BeforeAll
    static void findGpu() {
        assumeTrue(torch.cuda_is_available(), "PyTorch for Java finds no GPU, or has no CUDA");
    }

    private static Tensor onGpu(Tensor tensor) {
        return tensor.to(new Device("cuda:0"), ScalarType.Float);
    }

    private static Tensor onCpu(Tensor tensor) {
        return tensor.detach().to(new Device("cpu"), ScalarType.Float);
    }

    @Test
    void aModuleThatWasMovedIsTrained() {
        Digits digits = Digits.load();
        Classifier model = Classifier.of(3);
        Classifier twin = Classifier.of(3);
        model.to(new Device("cuda:0"), false);
        Map<String, Tensor> actual = TorchOptimizer.namedParameters(model);
        Map<String, Tensor> expected = TorchOptimizer.namedParameters(twin);
        StepOptions options = StepOptions.NONE.withMaxGradientNorm(0.5);
        try (TorchOptimizer optimizer = TorchOptimizer.of(RAdam.builder().learningRate(0.02), model);
                TorchOptimizer twinSteps = TorchOptimizer.of(RAdam.builder().learningRate(0.02), twin)) {
            assertEquals("cuda", optimizer.core().backend().name());
            for (int step = 0; step < 20; step++) {
                optimizer.zero_grad();
                Digits batch = digits.batch(step);
                torch.cross_entropy_loss(model.forward(onGpu(batch.images())),
                        batch.labels().to(new Device("cuda:0"), ScalarType.Long)).backward();
                expected.forEach((name, tensor) -> Tensors.setGradient(tensor, onCpu(actual.get(name).grad())));
                assertTrue(optimizer.step(options).applied());
                twinSteps.step(options);
                expected.forEach((name, tensor) -> assertArrayEquals(Tensors.floats(tensor),
                        Tensors.floats(onCpu(actual.get(name))), name));
            }
        }
    }

    /** Each stream has so much to do that a step which did not wait for it would read another gradient. */
    @Test
    void stepsAreInTheOrderOfTheCurrentStream() {
        CudaDevice device = CudaDevice.of(0);
        Tensor weight = onGpu(torch.ones(1000, 1000)).set_requires_grad(true);
        Tensor twin = torch.ones(1000, 1000).set_requires_grad(true);
        try (Arena arena = Arena.ofConfined();
                TorchOptimizer optimizer = TorchOptimizer.of(SGD.builder().learningRate(0.5),
                        Tensors.named("weight", weight));
                TorchOptimizer twinSteps = TorchOptimizer.of(SGD.builder().learningRate(0.5),
                        Tensors.named("weight", twin))) {
            for (CudaStream stream : List.of(device.newStream(arena), device.stream(), device.newStream(arena))) {
                Tensor gradient;
                Tensor copy;
                try (StreamGuard _ = new StreamGuard(stream)) {
                    // Such a factor keeps the product's elements about as large as they were.
                    Tensor factor = onGpu(torch.randn(1000, 1000).mul(new Scalar(1 / (float) Math.sqrt(1000))));
                    gradient = onGpu(torch.randn(1000, 1000));
                    for (int i = 0; i < 100; i++) {
                        gradient = factor.matmul(gradient);
                    }
                    Tensors.setGradient(weight, gradient);
                    optimizer.step();
                    copy = weight.detach().clone();
                    weight.mutable_grad().reset();
                    stream.synchronize();
                }
                Tensors.setGradient(twin, onCpu(gradient));
                twinSteps.step();
                assertArrayEquals(Tensors.floats(twin), Tensors.floats(onCpu(copy)));
            }
        }
    }

    @Test
    void parametersOnTheCpuBesideAreRefusedByName() {
        Tensor weight = onGpu(torch.ones(1)).set_requires_grad(true);
        String message = assertThrows(InvalidParameterException.class, () -> TorchOptimizer.of(SGD.builder(),
                Tensors.named("a", weight, "b", Tensors.parameter(1)))).getMessage();
        assertTrue(message.contains("parameter b is on cpu"), message);
    }
}
