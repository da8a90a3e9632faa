package io.radam.nd4j;

import io.radam.InvalidParameterException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The buffers of an algorithm's state, in the framework's memory. Each has no gaps. */
final class State {
    private final List<String> names;
    private final List<INDArray> buffers;
    /** The order of the buffers' elements in memory. */
    private char order;
    /** Whether all elements are the same, so that any order is right. */
    private boolean isNew;

    private State(List<String> names, List<INDArray> buffers, char order) {
        this.names = names;
        this.buffers = new ArrayList<>(buffers);
        this.order = order;
    }

    /** Buffers one after the other, in vectors. */
    static State inView(List<String> names, INDArray view) {
        long[] shape = view == null || names.isEmpty() ? new long[1] : new long[] {view.length() / names.size()};
        return inView(names, view, shape, 'c');
    }

    /** Buffers one after the other, each of the gradient's shape. */
    static State inView(List<String> names, INDArray view, long[] shape, char order) {
        if (view == null || view.isEmpty()) {
            return new State(names, List.of(), order); // no parameters, or no state
        }
        Arrays.requireUsable(view, "state");
        int count = names.size();
        if (count == 0 || view.length() % count != 0) {
            throw new InvalidParameterException("the state has " + view.length() + " elements, which are not those of "
                    + names);
        }
        requireNoGaps(Arrays.isDense(view, 'c'), view);
        INDArray vector = view.reshape(view.length());
        long length = view.length() / count;
        List<INDArray> buffers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            INDArray buffer = vector.get(NDArrayIndex.interval(i * length, (i + 1) * length));
            buffers.add(reshaped(buffer, shape, order));
        }
        return new State(names, buffers, order);
    }

    private static INDArray reshaped(INDArray buffer, long[] shape, char order) {
        INDArray reshaped = Shape.newShapeNoCopy(buffer, shape, order == 'f');
        if (reshaped == null) {
            throw new InvalidParameterException("a buffer of the state has " + buffer.length()
                    + " elements, but the gradient has the shape " + java.util.Arrays.toString(shape));
        }
        return reshaped;
    }

    /** Buffers that were saved by name. */
    static State of(List<String> names, Map<String, INDArray> map) {
        if (!map.keySet().equals(Set.copyOf(names))) {
            throw new InvalidParameterException("the state has the buffers " + map.keySet() + ", but needed are "
                    + names + ": it is that of another updater");
        }
        if (names.isEmpty()) {
            return new State(names, List.of(), 'c');
        }
        List<INDArray> buffers = names.stream().map(map::get).toList();
        INDArray first = buffers.getFirst();
        char order = Arrays.isDense(first, 'c') ? 'c' : 'f';
        for (INDArray buffer : buffers) {
            Arrays.requireUsable(buffer, "state");
            requireNoGaps(Arrays.isDense(buffer, order), buffer);
            if (buffer.length() != first.length() || buffer.dataType() != first.dataType()) {
                throw new InvalidParameterException("the buffers of the state differ: " + describe(first) + " and "
                        + describe(buffer));
            }
        }
        return new State(names, buffers, order);
    }

    private static void requireNoGaps(boolean dense, INDArray array) {
        if (!dense) {
            throw new InvalidParameterException("the elements of the state do not follow each other in memory: "
                    + array.shapeInfoToString());
        }
    }

    private static String describe(INDArray array) {
        return array.length() + " elements of " + array.dataType();
    }

    /** Sets all elements to what they are before the first step. */
    void initialize() {
        buffers.forEach(buffer -> buffer.assign(0));
        isNew = true;
    }

    Map<String, INDArray> toMap() {
        Map<String, INDArray> map = new LinkedHashMap<>();
        for (int i = 0; i < buffers.size(); i++) {
            map.put(names.get(i), buffers.get(i));
        }
        return Collections.unmodifiableMap(map);
    }

    List<INDArray> buffers() {
        return Collections.unmodifiableList(buffers);
    }

    /** Where the buffers are now. */
    long[] addresses() {
        return buffers.stream().mapToLong(Arrays::address).toArray();
    }

    char order() {
        return order;
    }

    void requireUsable() {
        for (int i = 0; i < buffers.size(); i++) {
            Arrays.requireUsable(buffers.get(i), "state");
        }
    }

    /** Fails if the gradient is not one of these parameters. */
    void requireFits(INDArray gradient) {
        if (names.isEmpty()) {
            return;
        }
        if (buffers.isEmpty()) {
            throw new InvalidParameterException("the gradient has " + describe(gradient) + ", but there is no state: "
                    + "the view array that was set is null or empty");
        }
        INDArray buffer = buffers.getFirst();
        DataType type = buffer.dataType();
        if (gradient.length() != buffer.length() || gradient.dataType() != type) {
            throw new InvalidParameterException("the gradient has " + describe(gradient)
                    + ", but a buffer of the state " + describe(buffer));
        }
    }

    /**
     * Whether the elements of a gradient are in the order of the state's, without gaps. A new state takes the order of
     * its first gradient.
     */
    boolean isInOrderOf(INDArray gradient) {
        boolean same = Arrays.isDense(gradient, order);
        if (!same && isNew && !buffers.isEmpty()) {
            char other = order == 'c' ? 'f' : 'c';
            same = Arrays.isDense(gradient, other);
            if (same) {
                take(gradient.shape(), other);
            }
        }
        isNew = false;
        return same;
    }

    private void take(long[] shape, char other) {
        long[] vector = {buffers.getFirst().length()};
        char before = order;
        buffers.replaceAll(buffer -> reshaped(reshaped(buffer, vector, before), shape, other));
        order = other;
    }
}
