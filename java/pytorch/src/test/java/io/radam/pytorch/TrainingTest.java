package io.radam.pytorch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Adam;
import io.radam.AdamW;
import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.Parameter;
import io.radam.RAdam;
import io.radam.SGD;
import io.radam.ScheduleFree;
import io.radam.ScheduleFreeSGD;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Training on real data goes as with libtorch's own optimizers. */
class TrainingTest {
    private static final int STEPS = 150;
    private static Digits digits;

    @BeforeAll
    static void load() {
        torch.set_num_threads(1);
        digits = Digits.load();
    }

    @Test
    void adamTrainsAsThatOfLibtorch() {
        AdamOptions options = new AdamOptions(3e-3);
        options.weight_decay().put(1e-3);
        assertTrainsAlike(parameters -> new org.bytedeco.pytorch.Adam(parameters, options),
                Adam.builder().learningRate(3e-3).weightDecay(1e-3));
    }

    @Test
    void amsgradTrainsAsThatOfLibtorch() {
        AdamOptions options = new AdamOptions(3e-3);
        options.amsgrad().put(true);
        assertTrainsAlike(parameters -> new org.bytedeco.pytorch.Adam(parameters, options),
                Adam.builder().learningRate(3e-3).amsgrad(true));
    }

    @Test
    void adamWTrainsAsThatOfLibtorch() {
        AdamWOptions options = new AdamWOptions(3e-3);
        options.weight_decay().put(0.1);
        assertTrainsAlike(parameters -> new org.bytedeco.pytorch.AdamW(parameters, options),
                AdamW.builder().learningRate(3e-3).weightDecay(0.1));
    }

    @Test
    void sgdTrainsAsThatOfLibtorch() {
        SGDOptions options = new SGDOptions(0.1);
        options.momentum().put(0.9);
        assertTrainsAlike(parameters -> new org.bytedeco.pytorch.SGD(parameters, options),
                SGD.builder().learningRate(0.1).momentum(0.9));
    }

    /** As the README says. From 0, by gradients of 1, iterates are -1 and -2. */
    @Test
    void scheduleFreeEvaluatesTheAverageOfIterates() {
        try (PointerScope _ = new PointerScope(); Arena arena = Arena.ofConfined()) {
            Tensor tensor = Tensors.parameter(0, 0);
            Tensors.setGradient(tensor, torch.tensor(1f, 1f));
            try (TorchOptimizer optimizer = TorchOptimizer.of(ScheduleFreeSGD.builder().learningRate(1),
                    Tensors.named("weight", tensor))) {
                optimizer.step();
                optimizer.step();
                MemorySegment values =
                        MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(4 * tensor.numel());
                MemorySegment kept = arena.allocate(values.byteSize(), Float.BYTES).copyFrom(values);
                ScheduleFree.average(optimizer.core(), optimizer.parameter(tensor), values);
                assertArrayEquals(new float[] {-1.5f, -1.5f}, Tensors.floats(tensor), 1e-6f);
                values.copyFrom(kept);
                optimizer.step();
                // z = -3, x = -2, y = 0.9 x + 0.1 z
                assertArrayEquals(new float[] {-2.1f, -2.1f}, Tensors.floats(tensor), 1e-6f);
            }
        }
    }

    /** A step rounds otherwise than libtorch's by some units in the last place, and training carries that on. */
    private static void assertTrainsAlike(Function<TensorVector, org.bytedeco.pytorch.Optimizer> libtorch,
            OptimizerBuilder<?, ?> builder) {
        try (PointerScope _ = new PointerScope()) {
            Classifier theirs = Classifier.of(7);
            Classifier ours = Classifier.of(7);
            org.bytedeco.pytorch.Optimizer their = libtorch.apply(theirs.parameters());
            try (TorchOptimizer our = TorchOptimizer.of(builder, ours)) {
                float first = 0;
                float last = 0;
                for (int step = 0; step < STEPS; step++) {
                    their.zero_grad();
                    our.zero_grad();
                    float expected = theirs.backward(digits.batch(step));
                    float loss = ours.backward(digits.batch(step));
                    their.step();
                    our.step();
                    assertEquals(expected, loss, 1e-4 * expected, "loss of step " + step);
                    first = step == 0 ? loss : first;
                    last = loss;
                }
                assertTrue(last < first / 4, "the loss went from " + first + " to " + last);
                Map<String, Tensor> expected = TorchOptimizer.namedParameters(theirs);
                TorchOptimizer.namedParameters(ours).forEach((name, tensor) -> assertArrayEquals(
                        Tensors.floats(expected.get(name)), Tensors.floats(tensor), 1e-4f, name));
            }
        }
    }

    @Test
    void radamGivesTheBitsThatTheCoreGivesForCopies() {
        try (PointerScope _ = new PointerScope()) {
            Classifier model = Classifier.of(3);
            List<Tensor> tensors = new ArrayList<>(TorchOptimizer.namedParameters(model).values());
            List<float[]> values = tensors.stream().map(Tensors::floats).toList();
            List<float[]> gradients = values.stream().map(array -> new float[array.length]).toList();
            List<Parameter> copies = new ArrayList<>();
            for (int i = 0; i < values.size(); i++) {
                copies.add(Parameter.of(values.get(i), gradients.get(i)));
            }
            try (TorchOptimizer optimizer = TorchOptimizer.of(RAdam.builder().learningRate(1e-2), model);
                    Optimizer expected = RAdam.builder().learningRate(1e-2).parameters(copies).build()) {
                for (int step = 0; step < STEPS; step++) {
                    optimizer.zero_grad();
                    model.backward(digits.batch(step));
                    for (int i = 0; i < copies.size(); i++) {
                        float[] gradient = Tensors.floats(tensors.get(i).grad());
                        System.arraycopy(gradient, 0, gradients.get(i), 0, gradient.length);
                    }
                    optimizer.step();
                    expected.step();
                    for (int i = 0; i < copies.size(); i++) {
                        assertArrayEquals(values.get(i), Tensors.floats(tensors.get(i)), "step " + step);
                    }
                }
            }
        }
    }
}
