package io.radam.pytorch;

import io.radam.InvalidParameterException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.StringTensorDict;
import org.bytedeco.pytorch.StringTensorDictItem;
import org.bytedeco.pytorch.StringTensorDictItemVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * A tensor to be added.
 *
 * @param name null if it has none
 */
record NamedTensor(String name, Tensor tensor) {

    /** The parameters of a module, by handles of their own. */
    static Map<String, Tensor> of(Module module) {
        if (Objects.requireNonNull(module, "module").isNull()) {
            throw new InvalidParameterException("the module was closed");
        }
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        try (StringTensorDict all = module.named_parameters()) {
            StringTensorDictItemVector items = all.items();
            for (long i = 0; i < items.size(); i++) {
                StringTensorDictItem item = items.get(i);
                parameters.put(item.key().getString(), new Tensor(item.value()));
            }
        }
        return parameters;
    }

    static List<NamedTensor> list(TensorVector parameters) {
        if (Objects.requireNonNull(parameters, "parameters").isNull()) {
            throw new InvalidParameterException("the vector of parameters was closed");
        }
        List<NamedTensor> unnamed = new ArrayList<>();
        for (Tensor tensor : parameters.get()) {
            unnamed.add(new NamedTensor(null, tensor));
        }
        return requireSome(unnamed);
    }

    static List<NamedTensor> list(Map<String, Tensor> parameters) {
        List<NamedTensor> named = new ArrayList<>();
        Objects.requireNonNull(parameters, "parameters").forEach((name, tensor) -> named.add(
                new NamedTensor(Objects.requireNonNull(name, "name"), tensor)));
        return requireSome(named);
    }

    private static List<NamedTensor> requireSome(List<NamedTensor> parameters) {
        if (parameters.isEmpty()) {
            throw new InvalidParameterException("there are no parameters to step");
        }
        return parameters;
    }
}
