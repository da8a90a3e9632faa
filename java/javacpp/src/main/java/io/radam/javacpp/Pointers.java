package io.radam.javacpp;

import io.radam.DType;
import io.radam.InvalidParameterException;
import io.radam.Parameter;
import io.radam.cuda.CudaDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Makes memory segments and parameters of JavaCPP pointers. Nothing is copied: the segment is the pointer's own memory.
 *
 * {@snippet :
 * Parameter weight = Parameter.of(
 *         Pointers.floatSegment(tensor.data_ptr(), tensor.numel()),
 *         Pointers.floatSegment(tensor.grad().data_ptr(), tensor.numel()));
 * }
 *
 * <p>A pointer has the address of memory, and perhaps its size. It does not describe the tensor there, so the caller
 * has to make sure of three things.
 * <ul>
 * <li>The tensor must be contiguous, as PyTorch's {@code is_contiguous()} says. The elements of a transposed tensor are
 * in another order. Between the elements of a strided tensor are elements of other tensors, which a step would change.
 * <li>The pointer must be to the tensor's own first element. PyTorch's {@code data_ptr()} is. ND4J's
 * {@code array.data().pointer()} is that of the buffer that a view shares with other arrays. A pointer of your own goes
 * to the view: {@code new FloatPointer(pointer).position(array.offset())}, since ND4J uses its own. Compare
 * {@code array.stride()} with that of a contiguous array.
 * <li>The tensor must stay where it was. PyTorch's {@code zero_grad()} frees the gradients, and the next backward pass
 * makes new ones in other memory: bind them by {@link io.radam.Optimizer#bind(Parameter, MemorySegment)} before each
 * step, or keep the old ones by {@code zero_grad(false)}.
 * </ul>
 *
 * <p>A null pointer stands for memory of no elements: frameworks give one for an empty tensor.
 *
 * <p>A segment keeps its pointer reachable, so that the garbage collector does not free the memory. But it cannot know
 * that a pointer was deallocated by hand, or that a tensor has freed its memory while there are pointers to it. As
 * always with JavaCPP, such memory must not be used any more.
 */
public final class Pointers {
    private Pointers() {
    }

    /**
     * A parameter whose values and gradient are where the pointers point, from their position to their limit.
     *
     * @param values   the values, updated in place
     * @param gradient the gradient, as many elements
     * @return the parameter
     * @throws InvalidParameterException if a pointer's address is null, or it has no limit, the sizes differ, or the
     *     two overlap
     */
    public static Parameter parameter(FloatPointer values, FloatPointer gradient) {
        return Parameter.of(floatSegment(values), floatSegment(gradient));
    }

    /**
     * The memory of a pointer that knows its size, from its position to its limit.
     *
     * @param pointer the pointer
     * @return the segment, of shared scope
     * @throws InvalidParameterException if the pointer's address is null, or it has no limit
     */
    public static MemorySegment floatSegment(FloatPointer pointer) {
        requireMemory(pointer);
        long elements = pointer.limit() - pointer.position();
        if (elements <= 0) {
            throw new InvalidParameterException("the pointer does not know its size: position is " + pointer.position()
                    + ", limit " + pointer.limit() + "; say how many elements it has");
        }
        return floatSegment(pointer, elements);
    }

    /**
     * The memory of a pointer of any type, from its position on, as floats. For pointers that do not know their size,
     * such as the data pointer of a tensor.
     *
     * @param pointer  the pointer; may be null if there are no elements
     * @param elements the number of floats, for which the caller is responsible
     * @return the segment, of shared scope
     * @throws InvalidParameterException if the pointer is null and there are elements, the number is negative, or the
     *     pointer has a limit and the number is beyond it
     */
    public static MemorySegment floatSegment(Pointer pointer, long elements) {
        return segment(pointer, DType.FLOAT32, elements);
    }

    /**
     * The memory of a pointer of any type, from its position on, as elements of a type: that of a tensor in bfloat16,
     * say.
     *
     * @param pointer  the pointer; may be null if there are no elements
     * @param type     the type of the elements
     * @param elements the number of elements, for which the caller is responsible
     * @return the segment, of shared scope
     * @throws InvalidParameterException if the pointer is null and there are elements, the number is negative, or the
     *     pointer has a limit and the number is beyond it
     */
    public static MemorySegment segment(Pointer pointer, DType type, long elements) {
        Objects.requireNonNull(type, "type");
        if (elements < 0 || elements > Long.MAX_VALUE / type.bytes()) {
            throw new InvalidParameterException("the number of elements is out of range: " + elements);
        }
        if (elements == 0 && (pointer == null || pointer.isNull())) {
            return MemorySegment.NULL; // JavaCPP gives null for the address of an empty tensor
        }
        requireMemory(pointer);
        long room = (pointer.limit() - pointer.position()) * pointer.sizeof();
        if (pointer.limit() > 0 && elements > room / type.bytes()) {
            throw new InvalidParameterException("the number of elements is " + elements
                    + ", but the pointer ends after " + room + " bytes: position is " + pointer.position() + ", limit "
                    + pointer.limit());
        }
        long address = pointer.address() + pointer.position() * pointer.sizeof();
        // The arena lives as long as the segment is reachable, and its clean-up action keeps the pointer until then.
        return MemorySegment.ofAddress(address).reinterpret(elements * type.bytes(), Arena.ofAuto(),
                ignored -> Reference.reachabilityFence(pointer));
    }

    /**
     * The memory of a pointer to a GPU's memory, from its position on: that of a tensor on the GPU, say.
     *
     * @param device   the GPU
     * @param pointer  the pointer; may be null if there are no elements
     * @param type     the type of the elements
     * @param elements the number of elements, for which the caller is responsible
     * @return device memory, which Java cannot read or write
     * @throws InvalidParameterException as {@link #segment(Pointer, DType, long)}, or if it is not memory that the GPU
     *     can use
     */
    public static MemorySegment segment(CudaDevice device, Pointer pointer, DType type, long elements) {
        MemorySegment segment = segment(pointer, type, elements);
        Arena arena = Arena.ofAuto();
        MemorySegment.NULL.reinterpret(arena, ignored -> Reference.reachabilityFence(segment));
        return device.borrow(segment.address(), segment.byteSize(), arena);
    }

    private static void requireMemory(Pointer pointer) {
        if (Objects.requireNonNull(pointer, "pointer").isNull()) {
            throw new InvalidParameterException("the pointer's address is null: " + pointer);
        }
    }
}
