package io.radam.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Exchanges the parameters of a model, the last of which is large, while the JVM has no memory left for buffers. */
final class ExchangeWithoutDirectMemory {
    private static final int CHUNK = 64 << 10;

    private ExchangeWithoutDirectMemory() {
    }

    public static void main(String[] args) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
             RadamOptimizer optimizer = RadamOptimizers.scheduleFreeSgd().build()) {
            Block block = new SequentialBlock().add(Linear.builder().setUnits(2).optBias(false).build())
                    .add(Linear.builder().setUnits(1 << 20).optBias(false).build());
            block.initialize(manager, DataType.FLOAT32, new Shape(1, 2));
            List<NDArray> before = new ArrayList<>();
            for (Parameter parameter : block.getParameters().values()) {
                NDArray weight = parameter.getArray();
                optimizer.update(parameter.getId(), weight, weight.onesLike());
                optimizer.update(parameter.getId(), weight, weight.onesLike());
                before.add(weight.duplicate());
            }
            List<ByteBuffer> buffers = fill();
            optimizer.exchangeAverages(block);
            check(block, before, 0.05f);
            optimizer.exchangeAverages(block);
            check(block, before, 0);
            System.out.println(buffers.size() + " buffers");
        }
    }

    private static List<ByteBuffer> fill() {
        List<ByteBuffer> buffers = new ArrayList<>();
        try {
            while (true) {
                buffers.add(ByteBuffer.allocateDirect(CHUNK));
            }
        } catch (OutOfMemoryError e) {
            return buffers;
        }
    }

    private static void check(Block block, List<NDArray> before, float difference) {
        for (int i = 0; i < before.size(); i++) {
            NDArray moved = block.getParameters().valueAt(i).getArray().sub(before.get(i));
            if (moved.sub(difference).abs().max().getFloat() > 1e-6f) {
                throw new AssertionError("parameter " + i + " has moved by " + moved);
            }
        }
    }
}
