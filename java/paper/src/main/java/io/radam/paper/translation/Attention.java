package io.radam.paper.translation;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Attention with several heads: Vaswani and others, "Attention Is All You Need", 2017, section 3.2.2. */
final class Attention extends Module {
    private final long heads;
    private final LinearImpl query;
    private final LinearImpl key;
    private final LinearImpl value;
    private final LinearImpl output;

    Attention(int width, int heads) {
        this.heads = heads;
        query = register_module("query", new LinearImpl(width, width));
        key = register_module("key", new LinearImpl(width, width));
        value = register_module("value", new LinearImpl(width, width));
        output = register_module("output", new LinearImpl(width, width));
    }

    /**
     * Attends.
     *
     * @param to   (batch, length, width)
     * @param from (batch, other length, width)
     * @param mask what is added to scores, of a shape that fits (batch, heads, length, other length)
     */
    Tensor forward(Tensor to, Tensor from, Tensor mask) {
        Tensor attended = torch.scaled_dot_product_attention(split(query.forward(to)), split(key.forward(from)),
                split(value.forward(from)), new TensorOptional(mask), 0, false, new DoubleOptional(), false);
        return output.forward(attended.transpose(1, 2).flatten(2, -1));
    }

    private Tensor split(Tensor x) {
        return x.view(x.size(0), x.size(1), heads, x.size(2) / heads).transpose(1, 2);
    }
}
