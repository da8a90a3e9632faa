package io.radam.djl.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;

/** The tensors of a ResNet-18, without its layers: the loss is half of the sum of all squares. */
final class ResNet18 extends AbstractBlock {
    /** Convolutions, each with the two of its normalization, and a linear layer. */
    static final int[] SIZES = sizes();

    private final List<Parameter> tensors = new ArrayList<>();

    ResNet18() {
        for (int i = 0; i < SIZES.length; i++) {
            tensors.add(addParameter(Parameter.builder().setName("tensor" + i).setType(Parameter.Type.WEIGHT)
                    .optShape(new Shape(SIZES[i])).optInitializer(new NormalInitializer()).build()));
        }
    }

    private static int[] sizes() {
        List<Integer> sizes = new ArrayList<>();
        convolution(sizes, 3, 64, 7);
        int before = 64;
        for (int channels : new int[] {64, 128, 256, 512}) {
            convolution(sizes, before, channels, 3);
            convolution(sizes, channels, channels, 3);
            if (before != channels) {
                convolution(sizes, before, channels, 1);
            }
            convolution(sizes, channels, channels, 3);
            convolution(sizes, channels, channels, 3);
            before = channels;
        }
        sizes.add(512 * 1000);
        sizes.add(1000);
        return sizes.stream().mapToInt(Integer::intValue).toArray();
    }

    private static void convolution(List<Integer> sizes, int from, int to, int side) {
        sizes.add(from * to * side * side);
        sizes.add(to);
        sizes.add(to);
    }

    @Override
    protected NDList forwardInternal(ParameterStore store, NDList inputs, boolean training,
            PairList<String, Object> params) {
        NDManager manager = inputs.head().getManager();
        NDArray loss = manager.zeros(new Shape());
        for (Parameter tensor : tensors) {
            NDArray values = store.getValue(tensor, inputs.head().getDevice(), training);
            loss = loss.add(values.square().sum().mul(0.5f));
        }
        return new NDList(loss);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape()};
    }
}
