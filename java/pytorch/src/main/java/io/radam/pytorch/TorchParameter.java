package io.radam.pytorch;

import io.radam.DType;
import io.radam.Hyperparameters;
import io.radam.InvalidParameterException;
import io.radam.Parameter;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorImpl;

/**
 * A tensor that is stepped. Keeps the tensor alive by a handle of its own, whatever happens to the user's. Finds out
 * before each step where values and gradient are.
 */
final class TorchParameter {
    /** What libtorch calls the tensor's identity: all handles of a tensor have the same. */
    private final TensorImpl identity;
    private final Tensor tensor;
    private final Layout layout;
    /** Null on the CPU. */
    private final Gpu gpu;
    private final String name;
    private final Consumer<? super Parameter.Builder> options;
    private final int gradientType;
    private final String what;
    private Parameter parameter;
    private MemorySegment values;
    /** Where it was last. */
    private MemorySegment gradient;
    /** Whether the present or latest step has a gradient. */
    private boolean hasGradient;
    private boolean bound;

    /**
     * @param gpu that all of the optimizer's parameters are on; null if that is the CPU
     * @throws InvalidParameterException if the tensor cannot be stepped
     */
    TorchParameter(String name, Tensor user, TensorReader reader, Gpu gpu, int index,
            Consumer<? super Parameter.Builder> options) {
        this.gpu = gpu;
        this.name = name;
        this.options = options;
        what = name != null ? "parameter " + name : "parameter number " + index;
        if (!isDefined(user)) {
            throw new InvalidParameterException(what + " is an undefined tensor, or was closed");
        }
        if (!user.is_leaf()) {
            throw new InvalidParameterException(what + " is computed from other tensors, so that it has no gradient");
        }
        layout = Layout.of(user, reader, what);
        int device = gpu == null ? TensorReader.CPU : gpu.device().number();
        if (layout.device() != device) {
            throw new InvalidParameterException(what + " is on " + TensorReader.deviceName(layout.device())
                    + ", and the optimizer is one for " + TensorReader.deviceName(device)
                    + ": each device needs an optimizer of its own");
        }
        values = values(reader.data(TensorReader.handle(user)));
        parameter = build();
        if (parameter.valuesType() != layout.dtype()) {
            throw new InvalidParameterException(what + " is " + layout.dtype() + ", and its options are for "
                    + parameter.valuesType());
        }
        gradientType = Layout.typeOf(parameter.gradientType());
        tensor = new Tensor(user);
        // Neither a pointer scope of the caller nor the closing of other handles ends it.
        tensor.retainReference();
        identity = tensor.unsafeGetTensorImpl();
    }

    private Parameter build() {
        Parameter.Builder builder = Parameter.builder(values).valuesType(layout.dtype()).gradientType(layout.dtype());
        if (name != null) {
            builder.name(name);
        }
        if (layout.rowLength() > 0 && layout.hasWholeRows()) {
            builder.rowLength(layout.rowLength());
        }
        options.accept(builder);
        return builder.build();
    }

    /**
     * The identity of a tensor.
     *
     * @return the same for all handles of one tensor
     */
    static long identity(Tensor tensor) {
        return tensor.unsafeGetTensorImpl().address();
    }

    long identity() {
        return identity.address();
    }

    Parameter parameter() {
        return parameter;
    }

    /**
     * The parameter, for a new optimizer, which reads the values when it is built: another one where they have moved.
     *
     * @throws InvalidParameterException if the tensor is not what it was
     */
    Parameter parameterNow(TensorReader reader) {
        layout.require(tensor, layout.type(), reader, what);
        long address = reader.data(TensorReader.handle(tensor));
        if (address != parameter.values().address()) {
            values = values(address);
            parameter = build();
        }
        return parameter;
    }

    /**
     * Fails if hyperparameters need rows that are no ranges of memory.
     *
     * @throws InvalidParameterException then
     */
    void requireFits(Hyperparameters hyperparameters) {
        boolean measured = hyperparameters.algorithm().measuresRows();
        if ((hyperparameters.centralizesGradients() || measured) && !layout.hasWholeRows()) {
            String cannot = measured ? hyperparameters.algorithm() + " cannot measure them"
                    : "its gradients cannot be centralized";
            throw new InvalidParameterException(what + " has rows that are not one range of memory each, as those of a "
                    + "transposed tensor are not, so that " + cannot + ": " + layout);
        }
    }

    /** Whether there is a tensor behind a handle of the user's. */
    static boolean isDefined(Tensor user) {
        return user != null && !user.isNull() && user.defined();
    }

    private MemorySegment values(long address) {
        return gpu == null ? segment(address, layout.dtype())
                : gpu.memory(address, layout.elements() * layout.dtype().bytes());
    }

    /** Gradients too are such segments on a GPU: nobody but a step gets to see them. */
    private MemorySegment segment(long address, DType type) {
        return MemorySegment.ofAddress(address).reinterpret(layout.elements() * type.bytes());
    }

    /**
     * Finds out where values and gradient are now.
     *
     * @throws InvalidParameterException if they are not what they were when the tensor was added
     */
    void locate(TensorReader reader) {
        hasGradient = false;
        Tensor found = tensor.mutable_grad();
        if (!found.defined()) {
            return;
        }
        layout.require(tensor, layout.type(), reader, what);
        layout.require(found, gradientType, reader, "the gradient of " + what);
        long address = reader.data(TensorReader.handle(tensor));
        if (address != values.address()) {
            values = values(address);
        }
        address = reader.data(TensorReader.handle(found));
        if (gradient == null || address != gradient.address()) {
            gradient = segment(address, parameter.gradientType());
        }
        hasGradient = true;
    }

    /** Binds what was found. An optimizer may not know where the values are, where another was stepped meanwhile. */
    void bind(Binding optimizer) {
        if (hasGradient) {
            optimizer.bind(parameter, values, gradient);
            bound = true;
        }
    }

    /** Takes back what was bound. */
    void unbind(Binding optimizer) {
        if (bound) {
            bound = false;
            optimizer.unbind(parameter);
        }
    }

    /** Tells autograd that the values have changed, as any change in place does. */
    void changed() {
        if (hasGradient) {
            identity.bump_version();
        }
    }

    /** As libtorch's optimizers do. */
    void zeroGradient(boolean setToNone) {
        Tensor present = tensor.mutable_grad();
        if (!present.defined()) {
            return;
        }
        if (setToNone) {
            present.reset();
        } else {
            present.detach_();
            present.zero_();
        }
    }

    TorchOptimizer.Memory memory() {
        return new TorchOptimizer.Memory(parameter.name(), layout.elements(), values.address(),
                hasGradient ? gradient.address() : 0);
    }

    /** Lets go of the tensor. */
    void close() {
        tensor.releaseReference();
    }

    @Override
    public String toString() {
        return what;
    }
}
