package io.radam.pytorch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Makes and reads tensors. */
final class Tensors {
    private Tensors() {
    }

    /** A parameter of one dimension. */
    static Tensor parameter(float... values) {
        return torch.tensor(values).set_requires_grad(true);
    }

    static Tensor parameter(ScalarType type, float... values) {
        return torch.tensor(values).to(type).set_requires_grad(true);
    }

    static void setGradient(Tensor parameter, Tensor gradient) {
        parameter.mutable_grad().put(gradient);
    }

    /** The elements in the order of their indices. */
    static float[] floats(Tensor tensor) {
        try (NoGradGuard _ = new NoGradGuard()) {
            Tensor copy = tensor.detach().to(ScalarType.Float).contiguous();
            return MemorySegment.ofAddress(copy.numel() == 0 ? 0 : copy.data_ptr().address())
                    .reinterpret(copy.numel() * Float.BYTES).toArray(ValueLayout.JAVA_FLOAT).clone();
        }
    }

    static Map<String, Tensor> named(String name, Tensor tensor) {
        return Map.of(name, tensor);
    }

    static Map<String, Tensor> named(String name, Tensor tensor, String other, Tensor otherTensor) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        named.put(name, tensor);
        named.put(other, otherTensor);
        return named;
    }
}
