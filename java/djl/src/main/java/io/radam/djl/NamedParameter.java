package io.radam.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.UninitializedParameterException;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.util.Pair;
import io.radam.InvalidParameterException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A parameter and its name in a block. The name is the same in each run; DJL's id of the parameter is not.
 *
 * @param name such as {@code 01Linear_weight}
 */
record NamedParameter(String name, Parameter parameter) {
    /** All parameters of a block, in its order. One that is there under several names has the first. */
    static List<NamedParameter> of(Block block) {
        List<NamedParameter> found = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (Pair<String, Parameter> pair : block.getParameters()) {
            if (ids.add(pair.getValue().getId())) {
                found.add(new NamedParameter(pair.getKey(), pair.getValue()));
            }
        }
        return List.copyOf(found);
    }

    String id() {
        return parameter.getId();
    }

    /** Whether it is to be trained: not a running mean, and not frozen. */
    boolean isTrained() {
        return parameter.requiresGradient();
    }

    /**
     * Its values.
     *
     * @throws InvalidParameterException if there are none, or they are not PyTorch's
     */
    PtNDArray array() {
        NDArray array = values();
        if (array == null) {
            throw new InvalidParameterException("the parameter " + name + " has no values, or its model is closed: "
                    + "call initialize of the trainer, with the shapes of its input, before the first step");
        }
        return TensorReader.require(array, "weight", name);
    }

    /** Null if there are none. Another thread may take them away at any time. */
    private NDArray values() {
        try {
            return parameter.getArray();
        } catch (UninitializedParameterException e) {
            return null;
        }
    }
}
