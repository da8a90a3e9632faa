package io.radam.pytorch;

import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A small network for the digits. */
final class Classifier extends Module {
    private final LinearImpl hidden = register_module("hidden", new LinearImpl(64, 32));
    private final LinearImpl output = register_module("output", new LinearImpl(32, 10));

    /** The seed decides the weights. */
    static Classifier of(long seed) {
        torch.manual_seed(seed);
        return new Classifier();
    }

    Tensor forward(Tensor images) {
        return output.forward(torch.relu(hidden.forward(images)));
    }

    /** One backward pass. */
    float backward(Digits batch) {
        Tensor loss = torch.cross_entropy_loss(forward(batch.images()), batch.labels());
        loss.backward();
        return loss.item_float();
    }
}
