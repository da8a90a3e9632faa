package io.radam.checkpoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A list, tuple or dict while a pickle is read. Once it is in another it does not change any more, as Python writes it.
 * So none is in itself, and its depth and size are known.
 */
final class PickleContainer {
    private static final int MOST_DEPTH = 64;

    /** Null unless it is a dict. */
    private final Map<Object, Object> map;
    /** Null if it is a dict. */
    private final List<Object> list;
    private final boolean tuple;
    private boolean closed;
    private int depth = 1;
    /** With all that is in it, as often as it is: a file may have one list in many places. */
    private long size = 1;
    /** Whether it has, however deep, what only means something while the pickle is read, such as a storage. */
    private boolean internal;

    private PickleContainer(Map<Object, Object> map, List<Object> list, boolean tuple) {
        this.map = map;
        this.list = list;
        this.tuple = tuple;
    }

    static PickleContainer dict() {
        return new PickleContainer(new LinkedHashMap<>(), null, false);
    }

    static PickleContainer copyOf(Map<?, ?> map) {
        PickleContainer dict = dict();
        map.forEach(dict::put);
        return dict;
    }

    static PickleContainer list() {
        return new PickleContainer(null, new ArrayList<>(), false);
    }

    static PickleContainer tuple(List<?> elements) {
        PickleContainer tuple = new PickleContainer(null, new ArrayList<>(elements.size()), true);
        elements.forEach(tuple::append);
        tuple.closed = true;
        return tuple;
    }

    boolean isDict() {
        return map != null;
    }

    boolean isTuple() {
        return tuple;
    }

    void append(Object element) {
        Malformed.require(list != null && !closed, "the pickle appends to what is no list, or is finished");
        list.add(take(element));
    }

    void put(Object key, Object value) {
        Malformed.require(map != null && !closed, "the pickle puts something into what is no dict, or is finished");
        Malformed.require(key instanceof String || key instanceof Long,
                "a dict has a key that is neither a string nor an integer");
        if (map.containsKey(key)) {
            throw new Malformed("a dict has a key twice: " + key);
        }
        map.put(key, take(value));
    }

    /** What is put into this container. */
    private Object take(Object value) {
        Malformed.require(value != this, "the pickle puts a container into itself");
        size++;
        if (value instanceof PickleContainer inner) {
            depth = Math.max(depth, 1 + inner.depth);
            size += inner.size;
            internal |= inner.internal;
        } else {
            internal |= !isPlain(value);
        }
        Malformed.require(depth <= MOST_DEPTH, "the pickle is nested deeper than " + MOST_DEPTH);
        Malformed.require(size <= Unpickler.MOST_VALUES, "the pickle has more than " + Unpickler.MOST_VALUES
                + " values");
        return finished(value);
    }

    /** Whether a value may be in the result. */
    private static boolean isPlain(Object value) {
        return value == null || value instanceof Boolean || value instanceof Long || value instanceof Double
                || value instanceof String || value instanceof TorchTensor;
    }

    /** The result of a pickle. */
    static Object result(Object value) {
        Malformed.require(value instanceof PickleContainer container ? !container.internal : isPlain(value),
                "the pickle has a name or a storage where it should have a value");
        return finished(value);
    }

    /** What was read, as Java's own objects. */
    private static Object finished(Object value) {
        if (value instanceof PickleContainer container) {
            container.closed = true;
            return container.value();
        }
        return value;
    }

    /** A view that cannot be changed. */
    Object value() {
        return map != null ? Collections.unmodifiableMap(map) : Collections.unmodifiableList(list);
    }
}
