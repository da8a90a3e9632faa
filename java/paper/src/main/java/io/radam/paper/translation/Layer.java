package io.radam.paper.translation;

import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.LayerNormImpl;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A layer of the encoder or the decoder, with layer norm after each residual connection (post-LN), as in the first
 * Transformer, which is what needs warm-up; or before each part of the layer (pre-LN): Ruibin Xiong and others, "On
 * Layer Normalization in the Transformer Architecture", ICML 2020.
 */
final class Layer extends Module {
    private static final int HEADS = 4;
    private static final int INNER = 4;

    private final Attention self;
    private final Attention cross;
    private final LinearImpl wide;
    private final LinearImpl narrow;
    private final LayerNormImpl selfNorm;
    private final LayerNormImpl crossNorm;
    private final LayerNormImpl feedForwardNorm;
    private final boolean preNorm;

    Layer(int width, boolean decodes, boolean preNorm) {
        this.preNorm = preNorm;
        self = register_module("self", new Attention(width, HEADS));
        cross = decodes ? register_module("cross", new Attention(width, HEADS)) : null;
        wide = register_module("wide", new LinearImpl(width, (long) INNER * width));
        narrow = register_module("narrow", new LinearImpl((long) INNER * width, width));
        selfNorm = register_module("self_norm", norm(width));
        crossNorm = decodes ? register_module("cross_norm", norm(width)) : null;
        feedForwardNorm = register_module("feed_forward_norm", norm(width));
    }

    static LayerNormImpl norm(long width) {
        return new LayerNormImpl(new LongVector(new long[] {width}));
    }

    Tensor encode(Tensor x, Tensor mask) {
        return feedForward(residual(x, selfNorm, y -> self.forward(y, y, mask)));
    }

    Tensor decode(Tensor x, Tensor mask, Tensor memory, Tensor memoryMask) {
        Tensor attended = residual(x, selfNorm, y -> self.forward(y, y, mask));
        return feedForward(residual(attended, crossNorm, y -> cross.forward(y, memory, memoryMask)));
    }

    private Tensor feedForward(Tensor x) {
        return residual(x, feedForwardNorm, y -> narrow.forward(torch.relu(wide.forward(y))));
    }

    private Tensor residual(Tensor x, LayerNormImpl norm, UnaryOperator<Tensor> part) {
        return preNorm ? x.add(part.apply(norm.forward(x))) : norm.forward(x.add(part.apply(x)));
    }
}
