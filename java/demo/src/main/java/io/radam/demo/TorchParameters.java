package io.radam.demo;

import io.radam.Optimizer;
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
 * <p>As in any program for PyTorch, gradients are let go of before a backward pass, which makes new ones. The optimizer
 * is told where they are in each step.
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
        tensors.forEach((name, tensor) -> entries.add(
                new Entry(name, tensor, Parameter.builder(memory(tensor)).name(name).build())));
    }

    /** As {@code zero_grad()} does. */
    void forgetGradients() {
        entries.forEach(entry -> entry.tensor().mutable_grad().reset());
    }

    /** Tells an optimizer where the gradients of the latest backward pass are. */
    void bindGradients(Optimizer optimizer) {
        entries.forEach(entry -> optimizer.bind(entry.parameter(), memory(entry.tensor().grad())));
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

    /** Asks libtorch anew where everything is, and the optimizer what it steps. */
    List<Address> addresses(Optimizer optimizer) {
        return entries.stream().map(entry -> new Address(entry.name(), entry.tensor().numel(),
                entry.tensor().data_ptr().address(), entry.tensor().grad().data_ptr().address(),
                optimizer.values(entry.parameter()).address(), optimizer.gradient(entry.parameter()).address()))
                .toList();
    }

    /** Fails if the memory that was stepped is not the memory that libtorch trains with. */
    List<Address> requireSameMemory(Optimizer optimizer) {
        List<Address> addresses = addresses(optimizer);
        for (Address address : addresses) {
            if (!address.same()) {
                throw new IllegalStateException("what is stepped is not libtorch's: " + address);
            }
        }
        return addresses;
    }

    long elements() {
        return entries.stream().mapToLong(entry -> entry.tensor().numel()).sum();
    }
}
