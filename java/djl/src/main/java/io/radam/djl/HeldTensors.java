package io.radam.djl;

import ai.djl.pytorch.engine.PtNDArray;
import io.radam.InvalidParameterException;
import io.radam.OptimizerStateException;
import java.util.HashMap;
import java.util.Map;

/** The tensors of an optimizer's parameters. For one thread at a time. */
final class HeldTensors implements AutoCloseable {
    private final TensorReader reader;
    private final Map<String, HeldTensor> held = new HashMap<>();
    private boolean closed;

    HeldTensors(TensorReader reader) {
        this.reader = reader;
    }

    /**
     * Begins to use the tensor of a parameter's array; to be ended by {@link HeldTensor#endUse}.
     *
     * @throws InvalidParameterException if the array is closed
     * @throws OptimizerStateException if this is closed
     */
    HeldTensor use(String id, PtNDArray array, String name) {
        if (closed) {
            throw new OptimizerStateException("the optimizer is closed: build a new one to go on");
        }
        Long handle = TensorReader.handle(array, "weight", name);
        HeldTensor known = held.get(id);
        if (known != null && known.use(array, handle)) {
            return known;
        }
        // What is being closed must not be touched: its tensor may be gone at any time.
        if (known != null && known.isClosedWith(array) || !array.getManager().isOpen()) {
            throw TensorReader.closed("weight", name);
        }
        HeldTensor next = hold(array, handle, name);
        if (!next.use(array, handle)) {
            throw TensorReader.closed("weight", name);
        }
        HeldTensor before = held.put(id, next);
        if (before != null) {
            before.close();
        }
        return next;
    }

    private HeldTensor hold(PtNDArray array, Long handle, String name) {
        PtNDArray tensor = reader.another(handle);
        try {
            return new HeldTensor(array, handle, tensor);
        } catch (IllegalStateException e) { // the manager is closed
            tensor.close();
            throw TensorReader.closed("weight", name);
        }
    }

    void removeClosed() {
        held.values().removeIf(tensor -> {
            boolean over = tensor.isOver();
            if (over) {
                tensor.close();
            }
            return over;
        });
    }

    @Override
    public void close() {
        closed = true;
        held.values().forEach(HeldTensor::close);
        held.clear();
    }
}
