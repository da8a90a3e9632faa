package io.radam.pytorch;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.radam.OptimizerBuilder;
import io.radam.cuda.CudaDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * The emulated GPU of the native tests, whose memory is memory of the host. Tensors of the CPU that are in its memory
 * are taken for tensors on a GPU, so that PyTorch computes with them, and steps go to radam's library for GPUs.
 */
final class EmulatedGpu extends TensorReader implements AutoCloseable {
    final CudaDevice device;
    /** As {@code CUDAStreamGuard} would set it. */
    long currentStream;
    /** How often the optimizer has asked for it. */
    int asked;
    private final Arena arena = Arena.ofShared();
    /** The device of a tensor by its address. */
    private final Map<Long, Integer> devices = new HashMap<>();

    /** Leaves the test out where the native tests, and so the emulation, were not built. */
    EmulatedGpu() {
        Path library = Path.of(System.getProperty("radam.cuda.library.path"));
        assumeTrue(Files.exists(library), "the emulated GPU is part of the native tests, which were not built");
        device = CudaDevice.of(0);
    }

    @Override
    int device(long handle) {
        int device = super.device(handle);
        return device == CPU ? devices.getOrDefault(data(handle), CPU) : device;
    }

    @Override
    long currentStream(int device) {
        asked++;
        return currentStream;
    }

    TorchOptimizer optimizer(OptimizerBuilder<?, ?> builder, Map<String, Tensor> parameters) {
        return TorchOptimizer.of(builder, NamedTensor.list(parameters), this);
    }

    /** A copy of a dense tensor in the GPU's memory, with the same strides. */
    Tensor copyOf(Tensor tensor) {
        return copyOf(tensor, 0);
    }

    /** Likewise, on a GPU of some number. There is only the first. */
    Tensor copyOf(Tensor tensor, int number) {
        long bytes = tensor.numel() * tensor.element_size();
        MemorySegment memory = device.allocate(Math.max(1, bytes), arena);
        device.copy(MemorySegment.ofAddress(bytes == 0 ? 0 : tensor.data_ptr().address()).reinterpret(bytes),
                memory.asSlice(0, bytes));
        Pointer pointer = new Pointer() {
            {
                address = memory.address();
            }
        };
        Tensor copy = torch.from_blob(pointer, tensor.sizes().vec().get(), tensor.strides().vec().get(),
                new TensorOptions(tensor.scalar_type()));
        devices.put(data(handle(copy)), number);
        return copy;
    }

    /** Likewise, as a parameter. */
    Tensor parameter(Tensor tensor) {
        return copyOf(tensor).set_requires_grad(true);
    }

    /** As {@code tensor.to(device)} for all of them. */
    void move(Map<String, Tensor> parameters) {
        parameters.values().forEach(parameter -> parameter.set_data(copyOf(parameter.detach())));
    }

    /** Moves the gradient, which autograd has put into memory of the CPU. */
    void moveGradient(Tensor parameter) {
        if (parameter.grad().defined()) {
            Tensors.setGradient(parameter, copyOf(parameter.grad()));
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
