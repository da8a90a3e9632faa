package io.radam.djl;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.radam.DType;
import io.radam.InvalidParameterException;
import java.lang.foreign.MemorySegment;

/** Finds the memory of DJL's arrays, or says why a step cannot use it. For one thread at a time. */
final class TensorReader {
    /** {@code c10::Layout::Strided}: an element for each index. */
    private static final int STRIDED = 0;

    /** Made late: its library is there once DJL has made an array. */
    private LibTorch torch;

    /** DJL's manager of all others, which cannot be closed. Found late, too. */
    private static final class Unmanaged {
        static final PtNDManager MANAGER = manager();

        private static PtNDManager manager() {
            try (NDManager base = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
                return (PtNDManager) base.getParentManager();
            }
        }
    }

    /**
     * What a step needs of an array.
     *
     * @param memory an alias, not a copy; valid as long as the array is
     */
    record Tensor(DType type, MemorySegment memory) {
        boolean isEmpty() {
            return memory.byteSize() == 0;
        }
    }

    /**
     * The array as PyTorch's.
     *
     * @param kind what it is of a parameter, for messages
     * @param name of the parameter, for messages
     * @throws InvalidParameterException if it is of another engine, or closed
     */
    static PtNDArray require(NDArray array, String kind, String name) {
        if (!(array instanceof PtNDArray tensor)) {
            throw new InvalidParameterException("the " + kind + " of " + name + " is an array of " + engineOf(array)
                    + ", but only arrays of DJL's PyTorch engine can be stepped: use Engine.getEngine(\"PyTorch\")");
        }
        if (tensor.isReleased()) {
            throw closed(kind, name);
        }
        return tensor;
    }

    static InvalidParameterException closed(String kind, String name) {
        return new InvalidParameterException("the " + kind + " of " + name + " is closed, perhaps with its model or "
                + "manager: step before these are closed");
    }

    /**
     * DJL's handle of an array.
     *
     * @throws InvalidParameterException if the array is closed, perhaps by another thread
     */
    static Long handle(PtNDArray array, String kind, String name) {
        try {
            return array.getHandle();
        } catch (IllegalStateException e) {
            throw closed(kind, name);
        }
    }

    /**
     * Another array of the same tensor. No manager and no scope of the user closes it.
     *
     * @param handle DJL's, of the array whose tensor it is
     */
    PtNDArray another(Long handle) {
        PtNDArray array = new PtNDArray(Unmanaged.MANAGER, torch().newHandle(handle));
        NDScope.unregister(array);
        return array;
    }

    private LibTorch torch() {
        if (torch == null) {
            torch = new LibTorch();
        }
        return torch;
    }

    private static String engineOf(NDArray array) {
        if (array == null) {
            return "no engine (null)";
        }
        try {
            Engine engine = array.getManager().getEngine();
            return "the engine " + engine.getEngineName();
        } catch (RuntimeException e) { // arrays that are not of an engine do not all say so
            return array.getClass().getName();
        }
    }

    /**
     * The memory of an array.
     *
     * @param kind what it is of a parameter, for messages
     * @param name of the parameter, for messages
     * @throws InvalidParameterException if steps cannot use it
     */
    Tensor read(NDArray array, String kind, String name) {
        PtNDArray tensor = require(array, kind, name);
        DType type = type(tensor, kind, name);
        if (JniUtils.getLayout(tensor) != STRIDED) {
            throw new InvalidParameterException("the " + kind + " of " + name + " is sparse, but only dense arrays can "
                    + "be stepped: turn off the sparse gradient of the embedding");
        }
        long handle = tensor.getHandle();
        if (torch().deviceType(handle) != LibTorch.CPU) {
            throw new InvalidParameterException("the " + kind + " of " + name + " is on " + tensor.getDevice()
                    + ", but only arrays on cpu() can be stepped: use optDevices(new Device[] {Device.cpu()})");
        }
        long length = torch.contiguousLength(handle);
        if (length < 0) {
            throw new InvalidParameterException("the " + kind + " of " + name + ", " + tensor.getShape() + ", is not "
                    + "contiguous, as a transposed view is not: use a contiguous copy in its place");
        }
        return new Tensor(type, MemorySegment.ofAddress(torch.data(handle)).reinterpret(length * type.bytes()));
    }

    private static DType type(PtNDArray array, String kind, String name) {
        DataType type = array.getDataType();
        return switch (type) {
            case FLOAT32 -> DType.FLOAT32;
            case FLOAT16 -> DType.FLOAT16;
            default -> throw new InvalidParameterException("the " + kind + " of " + name + " is " + type.name()
                    + ", but only FLOAT32 and FLOAT16 can be stepped: set another type, or freeze the parameter");
        };
    }
}
