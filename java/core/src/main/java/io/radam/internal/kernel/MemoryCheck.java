package io.radam.internal.kernel;

import io.radam.DType;
import io.radam.InvalidParameterException;
import java.lang.foreign.MemorySegment;

/** Checks that segments hold tensors. Allocates nothing where they do. */
public final class MemoryCheck {
    private MemoryCheck() {
    }

    /** Fails unless a segment is alive, and holds whole elements of a type at their alignment. */
    public static void requireElements(MemorySegment segment, DType type, String what) {
        if (segment.byteSize() % type.bytes() != 0) {
            throw new InvalidParameterException("the size of the " + what + ", " + segment.byteSize()
                    + " bytes, is not a multiple of " + type.bytes());
        }
        requireAligned(segment, type.bytes(), type == DType.FLOAT32 ? "float" : type.toString(), what);
    }

    /** Fails unless a segment is alive and aligned. */
    public static void requireAligned(MemorySegment segment, long alignment, String type, String what) {
        if (!segment.scope().isAlive()) {
            throw new InvalidParameterException("the memory of the " + what + " is closed: " + segment);
        }
        if (segment.maxByteAlignment() < alignment) {
            throw new InvalidParameterException("the " + what + " are misaligned: " + type + " needs " + alignment
                    + " bytes, the memory guarantees " + segment.maxByteAlignment() + ": " + segment);
        }
    }

    /** Fails unless a segment has so many elements. */
    public static void requireLength(MemorySegment segment, DType type, long length, String what) {
        requireElements(segment, type, what);
        if (segment.byteSize() / type.bytes() != length) {
            throw new InvalidParameterException("the sizes differ: the " + what + " has " + segment.byteSize()
                    + " bytes, and " + length + " elements of " + type + " need " + length * type.bytes());
        }
    }

    /** Fails if a segment is closed, or confined to another thread. */
    public static void requireAccessible(MemorySegment segment, String what) {
        if (!segment.scope().isAlive()) {
            throw new InvalidParameterException("the memory of the " + what + " is closed: " + segment);
        }
        if (!segment.isAccessibleBy(Thread.currentThread())) {
            throw new InvalidParameterException("the memory of the " + what + " is confined to another thread than "
                    + Thread.currentThread() + ": " + segment);
        }
    }

    /** Fails if a segment cannot be written. */
    public static void requireWritable(MemorySegment segment, String what) {
        if (segment.isReadOnly()) {
            throw new InvalidParameterException("the " + what + " read-only: " + segment);
        }
    }
}
