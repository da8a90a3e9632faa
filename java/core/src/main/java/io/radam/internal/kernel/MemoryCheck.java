package io.radam.internal.kernel;

import io.radam.DType;
import io.radam.InvalidParameterException;
import java.lang.foreign.MemorySegment;

/** Checks of segments. They allocate nothing unless they fail. */
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

    /** Fails unless a segment has {@code length} elements. */
    public static void requireLength(MemorySegment segment, DType type, long length, String what) {
        requireElements(segment, type, what);
        if (segment.byteSize() / type.bytes() != length) {
            throw new InvalidParameterException("the sizes differ: the " + what + " has " + segment.byteSize()
                    + " bytes, and " + length + " elements of " + type + " need " + length * type.bytes());
        }
    }

    /** Fails if memory is closed, or confined to another thread. */
    public static void requireAccessible(MemorySegment memory, String what) {
        if (!isUsable(memory)) {
            throw unusable(memory, "memory of the " + what);
        }
    }

    /** Fails if a handle, such as that of a stream, is closed, or confined to another thread. */
    public static void requireUsable(MemorySegment handle, String what) {
        if (!isUsable(handle)) {
            throw unusable(handle, what);
        }
    }

    private static boolean isUsable(MemorySegment segment) {
        return segment.scope().isAlive() && segment.isAccessibleBy(Thread.currentThread());
    }

    private static InvalidParameterException unusable(MemorySegment segment, String what) {
        return new InvalidParameterException("the " + what + (segment.scope().isAlive()
                ? " is confined to another thread than " + Thread.currentThread()
                : " is closed") + ": " + segment);
    }

    /** Fails if a segment is read-only. {@code what} is a subject and its verb, such as "values are". */
    public static void requireWritable(MemorySegment segment, String what) {
        if (segment.isReadOnly()) {
            throw new InvalidParameterException("the " + what + " read-only: " + segment);
        }
    }
}
