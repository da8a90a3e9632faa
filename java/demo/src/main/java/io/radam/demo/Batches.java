package io.radam.demo;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Images and labels as tensors, and how they are cut into mini-batches. */
public record Batches(Tensor images, Tensor labels) {

    /** All of them as one batch, in their order. */
    public static Batches of(List<Digits.Digit> digits) {
        int pixels = Digits.SIDE * Digits.SIDE;
        float[] images = new float[digits.size() * pixels];
        long[] labels = new long[digits.size()];
        for (int i = 0; i < labels.length; i++) {
            System.arraycopy(digits.get(i).pixels(), 0, images, i * pixels, pixels);
            labels[i] = digits.get(i).label();
        }
        return new Batches(
                torch.tensor(images).view(labels.length, 1, Digits.SIDE, Digits.SIDE), torch.tensor(labels));
    }

    /** In a new order, drawn from libtorch's generator: {@code torch.manual_seed} decides it. */
    public Batches shuffled() {
        Tensor order = torch.randperm(size());
        return new Batches(images.index_select(0, order), labels.index_select(0, order));
    }

    /** The batch of a number, counted from 0. */
    public Batches batch(int index, int batchSize) {
        long start = (long) index * batchSize;
        return new Batches(images.narrow(0, start, batchSize), labels.narrow(0, start, batchSize));
    }

    /** Images. */
    public long size() {
        return labels.numel();
    }
}
