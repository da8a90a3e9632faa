package io.radam.paper.translation;

import org.bytedeco.pytorch.LayerNormImpl;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A layer of the encoder or the decoder, with layer norm after each residual connection (post-LN), as in the first
 * Transformer. That is what needs warm-up.
 */
final class Layer extends Module {
    private static final int HEADS = 4;
    private static final int INNER = 4;

    private final Attention self;
    private final Attention cross;
    private final LinearImpl wide;
    private final LinearImpl narrow;
    private final LayerNormImpl afterSelf;
    private final LayerNormImpl afterCross;
    private final LayerNormImpl afterFeedForward;

    Layer(int width, boolean decodes) {
        self = register_module("self", new Attention(width, HEADS));
        cross = decodes ? register_module("cross", new Attention(width, HEADS)) : null;
        wide = register_module("wide", new LinearImpl(width, (long) INNER * width));
        narrow = register_module("narrow", new LinearImpl((long) INNER * width, width));
        afterSelf = register_module("after_self", norm(width));
        afterCross = decodes ? register_module("after_cross", norm(width)) : null;
        afterFeedForward = register_module("after_feed_forward", norm(width));
    }

    private static LayerNormImpl norm(long width) {
        return new LayerNormImpl(new LongVector(new long[] {width}));
    }

    Tensor encode(Tensor x, Tensor mask) {
        return feedForward(afterSelf.forward(x.add(self.forward(x, x, mask))));
    }

    Tensor decode(Tensor x, Tensor mask, Tensor memory, Tensor memoryMask) {
        Tensor y = afterSelf.forward(x.add(self.forward(x, x, mask)));
        return feedForward(afterCross.forward(y.add(cross.forward(y, memory, memoryMask))));
    }

    private Tensor feedForward(Tensor x) {
        return afterFeedForward.forward(x.add(narrow.forward(torch.relu(wide.forward(x)))));
    }
}
