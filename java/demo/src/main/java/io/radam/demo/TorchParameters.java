package io.radam.demo;

import io.radam.Parameter;
import io.radam.javacpp.Pointers;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A network's parameters and gradients as the memory that an optimizer steps: libtorch's own, never a copy.
 *
 * <p>Each gradient is allocated once, before the first backward pass. Autograd adds to a gradient that is there, in
 * place, so its address stays; setting gradients to "none" between steps would make libtorch allocate new ones.
 */
final class TorchParameters {

    /** Where one parameter is: as libtorch says, and as the optimizer holds it. */
    record Address(String name, long elements, long torchValues, long torchGradient,
                   long steppedValues, long steppedGradient) {

        boolean same() {
            return torchValues == steppedValues && torchGradient == steppedGradient;
        }
    }

    private record Entry(String name, Tensor tensor, Parameter parameter) {
    }

    private final List<Entry> entries = new ArrayList<>();

    TorchParameters(Map<String, Tensor> tensors) {
        tensors.forEach((name, tensor) -> {
            tensor.mutable_grad().put(torch.zeros_like(tensor));
            entries.add(new Entry(name, tensor, Parameter.of(memory(tensor), memory(tensor.grad()))));
        });
    }

    private static MemorySegment memory(Tensor tensor) {
        if (!tensor.is_contiguous()) {
            throw new IllegalArgumentException("only a contiguous tensor is one range of memory");
        }
        return Pointers.floatSegment(tensor.data_ptr_float(), tensor.numel());
    }

    List<Parameter> forOptimizer() {
        return entries.stream().map(Entry::parameter).toList();
    }

    /** Asks libtorch anew where everything is. */
    List<Address> addresses() {
        return entries.stream().map(entry -> new Address(entry.name(), entry.tensor().numel(),
                entry.tensor().data_ptr().address(), entry.tensor().grad().data_ptr().address(),
                entry.parameter().values().address(), entry.parameter().gradient().address())).toList();
    }

    /** Fails if the memory to be stepped is no longer the memory that libtorch trains with. */
    void requireSameMemory() {
        for (Address address : addresses()) {
            if (!address.same()) {
                throw new IllegalStateException("libtorch has moved a parameter or gradient: " + address);
            }
        }
    }

    long elements() {
        return entries.stream().mapToLong(entry -> entry.tensor().numel()).sum();
    }
}
