package io.radam.checkpoint;

/**
 * The names of Python that a file may have, beside those of storages. Each means something that is done here: Python's
 * own functions are not called.
 */
enum TorchGlobal {
    /** What {@code Module.state_dict()} returns, and hooks of tensors, of which there are none. */
    ORDERED_DICT("collections", "OrderedDict"),
    /** A dict that learning rate schedulers have. */
    COUNTER("collections", "Counter"),
    /** A shape. */
    SIZE("torch", "Size"),
    /** A tensor. */
    REBUILD_TENSOR("torch._utils", "_rebuild_tensor_v2"),
    /** A parameter of a model, which is a tensor. */
    REBUILD_PARAMETER("torch._utils", "_rebuild_parameter");

    private final String module;
    private final String function;

    TorchGlobal(String module, String function) {
        this.module = module;
        this.function = function;
    }

    /** One of these, or the {@link TorchTensor.Type} of a storage. */
    static Object named(String module, String name) {
        for (TorchGlobal global : values()) {
            if (global.module.equals(module) && global.function.equals(name)) {
                return global;
            }
        }
        TorchTensor.Type type = module.equals("torch") ? TorchTensor.Type.ofStorage(name) : null;
        Malformed.require(type != null, "the pickle has " + module + "." + name + ", which is none of an optimizer's "
                + "state. Save optimizer.state_dict() by itself, or beside what torch.load(weights_only=True) reads");
        return type;
    }

    @Override
    public String toString() {
        return module + "." + function;
    }
}
