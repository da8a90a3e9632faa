package io.radam.demo;

import io.radam.pytorch.TorchOptimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Where one parameter is in the latest step: as libtorch says, and as the optimizer holds it. */
record Address(String name, long elements, long torchValues, long torchGradient,
               long steppedValues, long steppedGradient) {

    /**
     * Asks libtorch anew where everything is, and the optimizer what it has stepped.
     *
     * @throws IllegalStateException if the memory that was stepped is not the memory that libtorch trains with
     */
    static List<Address> requireSame(Map<String, Tensor> tensors, TorchOptimizer optimizer) {
        List<Address> addresses = new ArrayList<>();
        for (TorchOptimizer.Memory memory : optimizer.memory()) {
            Tensor tensor = tensors.get(memory.name());
            addresses.add(new Address(memory.name(), tensor.numel(), tensor.data_ptr().address(),
                    tensor.grad().data_ptr().address(), memory.values(), memory.gradient()));
        }
        if (addresses.size() != tensors.size() || !addresses.stream().allMatch(Address::same)) {
            throw new IllegalStateException("what is stepped is not libtorch's: " + addresses);
        }
        return addresses;
    }

    boolean same() {
        return torchValues == steppedValues && torchGradient == steppedGradient;
    }
}
