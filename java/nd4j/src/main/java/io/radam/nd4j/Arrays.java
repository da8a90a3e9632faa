package io.radam.nd4j;

import io.radam.InvalidParameterException;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.workspace.WorkspaceUtils;

/** Where the elements of ND4J's arrays are. */
final class Arrays {
    private Arrays() {
    }

    /**
     * Fails if the elements of an array cannot be stepped.
     *
     * @param what what the message calls it
     * @throws InvalidParameterException if the array is closed or of another type
     * @throws org.nd4j.linalg.workspace.ND4JWorkspaceException if it is of a workspace that was left
     */
    static void requireUsable(INDArray array, String what) {
        requireOpen(array, what);
        requireType(array, what);
        WorkspaceUtils.assertValidArray(array, what);
    }

    private static void requireOpen(INDArray array, String what) {
        if (array.wasClosed()) {
            throw closed(what);
        }
    }

    private static InvalidParameterException closed(String what) {
        return new InvalidParameterException("the " + what + " is closed: the network, or the array, was closed, "
                + "and cannot be trained any more");
    }

    static void requireType(INDArray array, String what) {
        DataType type = array.dataType();
        if (type != DataType.FLOAT && type != DataType.BFLOAT16) {
            throw new InvalidParameterException("the " + what + " is " + type + ", but only FLOAT and BFLOAT16 can be "
                    + "stepped: set dataType(DataType.FLOAT) on the network's configuration");
        }
    }

    /** The address of the first element. A view's own, where {@code data().pointer()} would be that of the whole. */
    static long address(INDArray array) {
        Pointer pointer = array.data().addressPointer();
        if (pointer == null) { // since it was looked at, by another thread
            throw closed("array");
        }
        return pointer.address();
    }

    /** Whether the elements follow each other without gaps in an order, {@code 'c'} or {@code 'f'}. */
    static boolean isDense(INDArray array, char order) {
        int rank = array.rank();
        long next = 1;
        for (int i = 0; i < rank; i++) {
            int dimension = order == 'f' ? i : rank - 1 - i;
            long size = array.size(dimension);
            if (size != 1 && array.stride(dimension) != next) {
                return false;
            }
            next *= size;
        }
        return true;
    }
}
