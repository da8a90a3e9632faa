package io.radam.demo;

import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Conv2dImpl;
import org.bytedeco.pytorch.Conv2dOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.kSame;

/** A small convolutional network: twice a 3x3 convolution and a pooling, then one linear layer. */
public final class Network extends Module {

    static final String DESCRIPTION =
            "conv 3x3 (16), ReLU, max-pool 2x2, conv 3x3 (32), ReLU, max-pool 2x2, linear (10)";

    private static final int KERNEL = 3;
    private static final int FIRST_CHANNELS = 16;
    private static final int SECOND_CHANNELS = 32;
    private static final int POOL = 2;
    private static final int POOLED_SIDE = Digits.SIDE / POOL / POOL;

    private final Conv2dImpl first = register_module("conv1", convolution(1, FIRST_CHANNELS));
    private final Conv2dImpl second =
            register_module("conv2", convolution(FIRST_CHANNELS, SECOND_CHANNELS));
    private final LinearImpl last = register_module("linear",
            new LinearImpl((long) SECOND_CHANNELS * POOLED_SIDE * POOLED_SIDE, Digits.CLASSES));

    private static Conv2dImpl convolution(long inputs, long outputs) {
        Conv2dOptions options = new Conv2dOptions(inputs, outputs, new LongPointer(KERNEL, KERNEL));
        // The image keeps its size: 8x8 is small enough.
        options.padding().put(new kSame());
        return new Conv2dImpl(options);
    }

    /** Unnormalized class scores, one row per image. */
    public Tensor forward(Tensor images) {
        Tensor x = torch.relu(first.forward(images));
        x = torch.max_pool2d(x, POOL, POOL);
        x = torch.relu(second.forward(x));
        x = torch.max_pool2d(x, POOL, POOL);
        return last.forward(x.flatten(1, -1));
    }
}
