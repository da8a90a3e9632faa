package io.radam.pytorch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Adam;
import io.radam.InvalidParameterException;
import io.radam.RAdam;
import io.radam.Rounding;
import io.radam.SGD;
import io.radam.SGDP;
import io.radam.StateType;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tensors of all kinds are stepped right, or refused by name. */
class TensorKindsTest {
    private static void backward(Tensor parameter) {
        parameter.mul(parameter).sum().backward(); // the gradient is 2p
    }

    @ParameterizedTest
    @EnumSource(value = ScalarType.class, names = {"Float", "BFloat16", "Half"})
    void floatingTypesAreStepped(ScalarType type) {
        Tensor weight = Tensors.parameter(type, 1, -2, 0.5f);
        try (TorchOptimizer optimizer = TorchOptimizer.of(SGD.builder().learningRate(0.25),
                Tensors.named("weight", weight))) {
            backward(weight);
            optimizer.step();
            assertArrayEquals(new float[] {0.5f, -1, 0.25f}, Tensors.floats(weight));
        }
    }

    @ParameterizedTest
    @EnumSource(value = ScalarType.class, names = {"Double", "Int", "Long", "Bool", "ComplexFloat", "Float8_e4m3fn"})
    void otherTypesAreRefusedByName(ScalarType type) {
        refused(torch.ones(3).to(type), "parameter weight", type.name());
    }

    /** Both hold the same numbers in another order, so both take the same steps. */
    @Test
    void permutedTensorsAreSteppedAsTheyAreInMemory() {
        Tensor plain = torch.randn(4, 3, 5, 2);
        Tensor permuted = plain.permute(2, 0, 3, 1).set_requires_grad(true);
        assertStepsLikeContiguous(permuted);
        assertStepsLikeContiguous(torch.randn(3, 4).t().set_requires_grad(true));
        Tensor channelsLast = torch.randn(2, 3, 4, 5).contiguous(MemoryFormat.ChannelsLast);
        assertStepsLikeContiguous(channelsLast.set_requires_grad(true));
    }

    /** A row is all dimensions but the first, in any order in memory; biases have none. */
    @Test
    void gradientsAreCentralizedByRows() {
        Tensor channelsLast = torch.randn(2, 3, 4, 5).contiguous(MemoryFormat.ChannelsLast);
        for (Tensor values : new Tensor[] {torch.randn(3, 7), torch.randn(2, 3, 4), channelsLast, torch.randn(1, 5),
                torch.randn(6), torch.randn(4, 1)}) {
            Tensor weight = values.detach().clone().set_requires_grad(true);
            Tensor gradient = values.mul(values);
            Tensors.setGradient(weight, gradient);
            long rows = values.size(0);
            boolean left = values.dim() == 1 || values.numel() == rows;
            try (TorchOptimizer optimizer = TorchOptimizer.of(SGD.builder().learningRate(1).centralizeGradients(true),
                    Tensors.named("weight", weight))) {
                optimizer.step();
            }
            Tensor byRow = gradient.contiguous().view(rows, values.numel() / rows);
            Tensor centralized = left ? gradient : byRow.sub(byRow.mean(new long[] {1}, true, new ScalarTypeOptional()))
                    .view(values.sizes());
            assertArrayEquals(Tensors.floats(values.sub(centralized)), Tensors.floats(weight), 1e-5f);
        }
    }

    /** Each row of a weight moves at a right angle to itself; a bias moves as by SGD. */
    @Test
    void updatesAreProjectedByRows() {
        Tensor channelsLast = torch.randn(2, 3, 4, 5).contiguous(MemoryFormat.ChannelsLast);
        for (Tensor values : new Tensor[] {torch.randn(3, 7), torch.randn(2, 3, 4), channelsLast, torch.randn(6)}) {
            Tensor weight = values.detach().clone().set_requires_grad(true);
            Tensor gradient = values.add(torch.randn(values.sizes()));
            Tensors.setGradient(weight, gradient);
            try (TorchOptimizer optimizer = TorchOptimizer.of(SGDP.builder().learningRate(0.5).delta(1e6),
                    Tensors.named("weight", weight))) {
                optimizer.step();
            }
            Tensor moved = weight.detach().sub(values);
            if (values.dim() == 1) {
                assertArrayEquals(Tensors.floats(gradient.mul(new Scalar(-0.5f))), Tensors.floats(moved), 1e-6f);
                continue;
            }
            long rows = values.size(0);
            Tensor byRow = moved.mul(values).contiguous().view(rows, values.numel() / rows);
            float[] along = Tensors.floats(byRow.sum(new long[] {1}, false, new ScalarTypeOptional()));
            assertArrayEquals(new float[(int) rows], along, 1e-4f);
            assertTrue(moved.norm().item_float() > 0.1f);
        }
    }

    @Test
    void rowsThatAreApartAreRefused() {
        Tensor transposed = torch.randn(3, 4).t().set_requires_grad(true);
        assertMessage(() -> TorchOptimizer.of(SGD.builder().centralizeGradients(true),
                Tensors.named("weight", transposed)), "parameter weight", "rows");
        assertMessage(() -> TorchOptimizer.of(SGDP.builder(), Tensors.named("weight", transposed)), "parameter weight",
                "rows", "sgdp cannot measure them");
        try (TorchOptimizer optimizer = TorchOptimizer.of(SGD.builder(), Tensors.named("weight", transposed))) {
            Tensor other = torch.randn(3, 4).t().set_requires_grad(true);
            assertMessage(() -> optimizer.addGroup(group -> group.centralizeGradients(true),
                    Tensors.named("other", other)), "parameter other", "rows");
            assertEquals(1, optimizer.core().groups().size());
            optimizer.addGroup(group -> group.learningRate(1), Tensors.named("other", other));
        }
    }

    private static void assertMessage(Executable call, String... parts) {
        String message = assertThrows(InvalidParameterException.class, call).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    private static void assertStepsLikeContiguous(Tensor weight) {
        Tensor contiguous = weight.detach().clone().contiguous(MemoryFormat.Contiguous).set_requires_grad(true);
        try (TorchOptimizer optimizer = TorchOptimizer.of(Adam.builder().learningRate(0.1),
                Tensors.named("weight", weight, "contiguous", contiguous))) {
            for (int step = 0; step < 5; step++) {
                optimizer.zero_grad();
                for (Tensor tensor : new Tensor[] {weight, contiguous}) {
                    tensor.mul(tensor).mul(tensor).sum().backward();
                }
                optimizer.step();
            }
        }
        assertArrayEquals(Tensors.floats(contiguous), Tensors.floats(weight));
    }

    @Test
    void aContiguousPartOfALargerTensorIsStepped() {
        Tensor whole = torch.ones(4, 3);
        Tensor row = whole.narrow(0, 1, 2).detach().set_requires_grad(true);
        try (TorchOptimizer optimizer = TorchOptimizer.of(SGD.builder().learningRate(0.25),
                Tensors.named("row", row))) {
            backward(row);
            optimizer.step();
        }
        assertArrayEquals(new float[] {1, 1, 1, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 1, 1, 1}, Tensors.floats(whole));
    }

    /** Updates that bfloat16 is too coarse for add up in the lower halves. */
    @Test
    void bfloat16IsSteppedAsFloat32WhereItIsSplit() {
        Tensor weight = torch.ones(3).to(ScalarType.BFloat16).detach().set_requires_grad(true);
        try (Arena arena = Arena.ofShared();
                TorchOptimizer optimizer = TorchOptimizer.of(SGD.builder().learningRate(0x1p-10),
                        Tensors.named("other", torch.ones(1).set_requires_grad(true)))) {
            optimizer.add(optimizer.core().groups().getFirst(), "weight", weight,
                    options -> options.split(arena.allocate(6, 2)));
            for (int step = 0; step < 16; step++) {
                optimizer.zero_grad();
                weight.sum().backward();
                optimizer.step();
            }
            float expected = 1 - 16 * 0x1p-10f;
            assertArrayEquals(new float[] {expected, expected, expected}, Tensors.floats(weight));
            Tensor half = torch.ones(3).to(ScalarType.Half).detach().set_requires_grad(true);
            String message = assertThrows(InvalidParameterException.class, () -> optimizer.add(
                    optimizer.core().groups().getFirst(), "half", half,
                    options -> options.split(arena.allocate(6, 2)))).getMessage();
            assertTrue(message.contains("parameter half is FLOAT16, and its options are for BFLOAT16"), message);
        }
    }

    @Test
    void tensorsWithGapsOrRepetitionsAreRefusedByName() {
        refused(torch.ones(4, 3).narrow(1, 0, 2).detach(), "parameter weight", "dense", "strides [3, 1]");
        refused(torch.ones(1).expand(5).detach(), "parameter weight", "dense", "strides [0]");
    }

    @Test
    void tensorsThatAreNotStridedOnTheProcessorAreRefusedByName() {
        refused(torch.ones(2, 2).to_sparse(), "parameter weight", "Sparse");
        refused(torch.ones(2, 2).to(new Device("meta"), ScalarType.Float), "parameter weight", "meta");
        refused(torch.ones(2)._neg_view(), "parameter weight", "negated");
    }

    @Test
    void computedTensorsAreRefusedByName() {
        refused(Tensors.parameter(1, 2).mul(Tensors.parameter(1, 2)), "parameter weight", "computed");
    }

    @Test
    void undefinedAndClosedTensorsAreRefusedByName() {
        refused(new Tensor(), "parameter weight", "undefined");
        Tensor closed = torch.ones(1);
        closed.close();
        refused(closed, "parameter weight", "closed");
    }

    @Test
    void emptyTensorsAreSteppedWithTheOthers() {
        Tensor empty = torch.ones(0, 3).set_requires_grad(true);
        Tensor other = Tensors.parameter(1);
        try (TorchOptimizer optimizer = TorchOptimizer.of(RAdam.builder(),
                Tensors.named("empty", empty, "other", other))) {
            backward(empty);
            backward(other);
            optimizer.step();
            assertEquals(1, optimizer.core().stepCount(optimizer.parameter(empty)));
            assertEquals(1, optimizer.core().stepCount(optimizer.parameter(other)));
        }
    }

    @Test
    void scalarsAreStepped() {
        Tensor scalar = torch.ones(1).select(0, 0).detach().set_requires_grad(true);
        try (TorchOptimizer optimizer = TorchOptimizer.of(SGD.builder().learningRate(0.25),
                Tensors.named("scalar", scalar))) {
            backward(scalar);
            optimizer.step();
            assertEquals(0.5f, scalar.item_float());
        }
    }

    @Test
    void aTensorThatIsThereTwiceIsSteppedOnce() {
        Tensor shared = Tensors.parameter(1);
        Tensor anotherHandle = new Tensor(shared);
        for (TorchOptimizer made : new TorchOptimizer[] {
            TorchOptimizer.of(SGD.builder().learningRate(0.25), Tensors.named("in", shared, "out", anotherHandle)),
            TorchOptimizer.of(SGD.builder().learningRate(0.25), new TensorVector(shared, anotherHandle))}) {
            try (TorchOptimizer optimizer = made) {
                float before = Tensors.floats(shared)[0];
                optimizer.zero_grad();
                backward(shared);
                optimizer.step();
                assertEquals(before / 2, Tensors.floats(shared)[0]);
                assertEquals(1, optimizer.memory().size());
                assertTrue(message(() -> optimizer.addGroup(group -> { }, Tensors.named("again", anotherHandle)))
                        .contains("parameter again is in the optimizer already"));
                optimizer.step();
            }
        }
    }

    @Test
    void differentTensorsInTheSameMemoryAreRefusedByName() {
        Tensor weight = torch.ones(4).set_requires_grad(true);
        Tensor view = weight.detach().view(2, 2).set_requires_grad(true);
        String message = message(() -> TorchOptimizer.of(SGD.builder(), Tensors.named("a", weight, "b", view)));
        assertTrue(message.contains("overlap"), message);
    }

    @Test
    void valuesThatSetDataMovedAreStepped() {
        Tensor first = Tensors.parameter(1, 2);
        Tensor second = Tensors.parameter(3, 4);
        try (TorchOptimizer optimizer = TorchOptimizer.of(SGD.builder().learningRate(0.25),
                Tensors.named("first", first, "second", second))) {
            backward(first);
            backward(second);
            optimizer.step();

            Tensor ofFirst = first.detach();
            first.set_data(second.detach()); // each has the memory of the other now
            second.set_data(ofFirst);
            optimizer.zero_grad();
            backward(first);
            backward(second);
            optimizer.step();
            assertArrayEquals(new float[] {0.75f, 1}, Tensors.floats(first));
            assertArrayEquals(new float[] {0.25f, 0.5f}, Tensors.floats(second));

            first.set_data(torch.tensor(new float[] {8, 8}));
            optimizer.step();
            assertArrayEquals(new float[] {7.25f, 7}, Tensors.floats(first));
            assertEquals(first.data_ptr().address(), optimizer.memory().getFirst().values());
        }
    }

    /** A gradient may be where the values of another parameter were. */
    @Test
    void memoryThatValuesHaveLeftMayBecomeAGradient() {
        Tensor first = Tensors.parameter(1, 2);
        Tensor second = Tensors.parameter(3, 4);
        try (TorchOptimizer optimizer = TorchOptimizer.of(SGD.builder().learningRate(1),
                Tensors.named("first", first, "second", second))) {
            backward(first);
            backward(second);
            optimizer.step();
            Tensor left = second.detach();
            second.set_data(torch.tensor(new float[] {0, 0}));
            Tensors.setGradient(first, left);
            optimizer.step();
            assertArrayEquals(new float[] {-1 + 3, -2 + 4}, Tensors.floats(first));

            second.mutable_grad().reset();
            Tensors.setGradient(first, second.detach());
            optimizer.step(); // odd, but nothing writes what is read
            Tensors.setGradient(second, torch.ones(2));
            assertTrue(message(optimizer::step).contains("overlaps"));
        }
    }

    @Test
    void valuesThatSetDataChangedAreRefusedByName() {
        Tensor weight = torch.ones(2, 2).set_requires_grad(true);
        try (TorchOptimizer optimizer = TorchOptimizer.of(SGD.builder(), Tensors.named("weight", weight))) {
            Map<String, Tensor> others = new LinkedHashMap<>();
            others.put("type Double", torch.ones(2, 2).to(ScalarType.Double));
            others.put("sizes [4]", torch.ones(4));
            others.put("strides [1, 2]", torch.ones(2, 2).t());
            others.forEach((part, other) -> {
                Tensor before = weight.detach();
                weight.set_data(other);
                Tensors.setGradient(weight, other.detach().clone());
                String message = message(optimizer::step);
                assertTrue(message.contains("parameter weight") && message.contains(part), message);
                weight.mutable_grad().reset();
                weight.set_data(before);
            });
        }
    }

    @Test
    void stateTypesAndOptionsOfParametersAreThoseOfTheCore() {
        Tensor weight = torch.randn(1000).to(ScalarType.BFloat16).set_requires_grad(true);
        try (TorchOptimizer optimizer = TorchOptimizer.of(RAdam.builder().stateType(StateType.BLOCK8).seed(1))) {
            optimizer.add(optimizer.core().groups().getFirst(), "weight", weight,
                    options -> options.rounding(Rounding.STOCHASTIC));
            backward(weight);
            optimizer.step();
            assertEquals(Rounding.STOCHASTIC, optimizer.core().parameter("weight").rounding());
            assertEquals(StateType.BLOCK8, optimizer.core().state(optimizer.parameter(weight)).type());
        }
    }

    private static void refused(Tensor tensor, String... parts) {
        String message = message(() -> TorchOptimizer.of(SGD.builder(), Tensors.named("weight", tensor)));
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    private static String message(org.junit.jupiter.api.function.Executable call) {
        return assertThrows(InvalidParameterException.class, call).getMessage();
    }
}
