package io.radam.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A tensor of a file.
 *
 * @param shape none for a scalar
 * @param bytes the elements, little-endian; in memory of any kind
 */
record Tensor(String name, TensorType type, List<Long> shape, MemorySegment bytes) {
    /** Of one dimension. */
    static Tensor vector(String name, TensorType type, MemorySegment bytes) {
        return new Tensor(name, type, List.of(bytes.byteSize() / type.bytes()), bytes);
    }

    long length() {
        return bytes.byteSize() / type.bytes();
    }
}
