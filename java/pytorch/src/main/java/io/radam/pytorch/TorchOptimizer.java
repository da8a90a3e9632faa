package io.radam.pytorch;

import io.radam.BackendException;
import io.radam.GradientStatistics;
import io.radam.Hyperparameters;
import io.radam.InvalidParameterException;
import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.OptimizerStateException;
import io.radam.Parameter;
import io.radam.ParameterGroup;
import io.radam.StepOptions;
import io.radam.StepResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Steps the parameters of a PyTorch module where they are. It is used as libtorch's optimizers are:
 *
 * {@snippet :
 * try (TorchOptimizer optimizer = TorchOptimizer.of(RAdam.builder().learningRate(1e-3), module)) {
 *     for (Batch batch : batches) {
 *         optimizer.zero_grad();
 *         torch.cross_entropy_loss(module.forward(batch.images()), batch.labels()).backward();
 *         optimizer.step();
 *     }
 * }
 * }
 *
 * <p>The algorithm and its settings are those of the builder. What an {@link Optimizer} has beside steps is that of
 * {@link #core()}: settings of groups, learning rate factor, state and snapshots. Snapshots go by the names of the
 * module's parameters.
 *
 * <p>Each step finds out anew where values and gradients are, so that {@code zero_grad()} may let go of gradients, and
 * {@code set_data} may change where values are. A parameter without a gradient is left alone, and its step does not
 * count. Nothing is copied, and between steps nothing of the optimizer points to a gradient.
 *
 * <p>A parameter is a leaf, dense, and float32, bfloat16 or float16. It need not be contiguous: a permuted one is
 * stepped as it is in memory. Gradients are of the same type, and laid out alike, as those of autograd are. All
 * parameters of an optimizer are on the CPU, or on one GPU. All else is refused with an
 * {@link InvalidParameterException} that names the parameter, before anything has changed.
 *
 * <p>On a GPU, steps are made by the library of the artifact {@code radam-cuda}. They are queued in the stream that is
 * PyTorch's current one for the calling thread, and not waited for, as {@link OptimizerBuilder#device} says. Calls of
 * {@link #core()} are queued in the stream that was current when the optimizer was made.
 *
 * <p>The optimizer keeps its parameters alive until it is closed, even if the module is closed before. Any thread may
 * use it, but only one at a time. While a step is made, no other thread may change the parameters or their gradients.
 */
public final class TorchOptimizer implements AutoCloseable {
    private static final Consumer<Parameter.Builder> NO_OPTIONS = builder -> { };

    private final Optimizer core;
    private final Binding binding;
    private final List<TorchParameter> parameters = new ArrayList<>();
    /** By what libtorch calls the tensor's identity. */
    private final Map<Long, TorchParameter> byIdentity = new HashMap<>();
    private final TensorReader reader;
    /** Null on the CPU. */
    private final Gpu gpu;
    private final AtomicBoolean busy = new AtomicBoolean();
    private boolean closed;

    /**
     * Where a parameter is in memory, to compare with {@code data_ptr()}.
     *
     * @param name     null if it has none
     * @param elements the number of its elements
     * @param values   the address of the values that steps move, in the memory of their device
     * @param gradient the address of the gradient that the latest step read; 0 if it had none
     */
    public record Memory(String name, long elements, long values, long gradient) {
    }

    private TorchOptimizer(OptimizerBuilder<?, ?> builder, int device, TensorReader reader) {
        this.reader = reader;
        gpu = device == TensorReader.CPU ? null : new Gpu(device, () -> reader.currentStream(device));
        if (gpu != null) {
            builder.device(gpu.device());
        }
        core = builder.parametersLater().build();
        binding = Binding.of(core);
        if (gpu == null && core.backend().name().equals("cuda")) {
            core.close();
            throw new BackendException("the builder was used for a GPU before, or was told of one. Parameters on the "
                    + "CPU need another builder, and of(builder, device) makes an optimizer for later ones on a GPU",
                    null);
        }
    }

    // -------------------------------------------------------------------------------------------------------- making

    /**
     * An optimizer of all parameters of a module, by their names.
     *
     * @param builder the algorithm and its settings; parameters on a GPU set its device, and it does not serve the CPU
     *                from then on, also where this fails
     * @param module  the module; a parameter that it has under two names has the first
     * @return the optimizer, which the caller has to close
     * @throws InvalidParameterException if the module has no parameters, or one cannot be stepped
     * @throws io.radam.InvalidHyperparameterException if a setting is out of range
     * @throws BackendException as {@link OptimizerBuilder#build()}; or if the parameters are on a GPU, and radam's
     *     library for GPUs is not there or cannot step on it
     */
    public static TorchOptimizer of(OptimizerBuilder<?, ?> builder, Module module) {
        Map<String, Tensor> parameters = NamedTensor.of(module);
        try {
            return of(builder, parameters);
        } finally {
            parameters.values().forEach(Tensor::close);
        }
    }

    /**
     * An optimizer of parameters without names, such as {@code module.parameters()}.
     *
     * @param builder    the algorithm and its settings
     * @param parameters the parameters; one that is there twice is stepped once
     * @return the optimizer, which the caller has to close
     * @throws InvalidParameterException as {@link #of(OptimizerBuilder, Module)}
     * @throws io.radam.InvalidHyperparameterException as {@link #of(OptimizerBuilder, Module)}
     * @throws BackendException as {@link #of(OptimizerBuilder, Module)}
     */
    public static TorchOptimizer of(OptimizerBuilder<?, ?> builder, TensorVector parameters) {
        return of(builder, NamedTensor.list(parameters));
    }

    /**
     * An optimizer of some parameters, such as those that remain of {@link #namedParameters}.
     *
     * @param builder    the algorithm and its settings
     * @param parameters the parameters by their names; one that is there twice has the first
     * @return the optimizer, which the caller has to close
     * @throws InvalidParameterException as {@link #of(OptimizerBuilder, Module)}
     * @throws io.radam.InvalidHyperparameterException as {@link #of(OptimizerBuilder, Module)}
     * @throws BackendException as {@link #of(OptimizerBuilder, Module)}
     */
    public static TorchOptimizer of(OptimizerBuilder<?, ?> builder, Map<String, Tensor> parameters) {
        return of(builder, NamedTensor.list(parameters));
    }

    private static TorchOptimizer of(OptimizerBuilder<?, ?> builder, List<NamedTensor> parameters) {
        return of(builder, parameters, newReader());
    }

    /** For tests, which have a reader of their own. */
    static TorchOptimizer of(OptimizerBuilder<?, ?> builder, List<NamedTensor> parameters, TensorReader reader) {
        TorchOptimizer optimizer = of(builder, deviceOf(parameters.getFirst(), reader), reader);
        boolean complete = false;
        try {
            List<TorchParameter> made = optimizer.make(parameters, NO_OPTIONS);
            optimizer.addTo(optimizer.core.groups().getFirst(), made);
            complete = true;
        } finally {
            if (!complete) {
                optimizer.close();
            }
        }
        return optimizer;
    }

    /**
     * An optimizer that has no parameters yet: {@link #addGroup} and {@link #add} add them, on the CPU.
     *
     * @param builder the algorithm and its settings
     * @return the optimizer, which the caller has to close
     * @throws io.radam.InvalidHyperparameterException as {@link #of(OptimizerBuilder, Module)}
     * @throws BackendException as {@link #of(OptimizerBuilder, Module)}, or if PyTorch for Java cannot be loaded
     */
    public static TorchOptimizer of(OptimizerBuilder<?, ?> builder) {
        return of(builder, TensorReader.CPU, newReader());
    }

    /**
     * An optimizer that has no parameters yet, for those of a device.
     *
     * @param builder the algorithm and its settings
     * @param device  {@code cpu}, or a GPU with its number, such as {@code cuda:0}
     * @return the optimizer, which the caller has to close
     * @throws InvalidParameterException if it is another device
     * @throws io.radam.InvalidHyperparameterException as {@link #of(OptimizerBuilder, Module)}
     * @throws BackendException as {@link #of(OptimizerBuilder, Module)}
     */
    public static TorchOptimizer of(OptimizerBuilder<?, ?> builder, Device device) {
        return of(builder, device, newReader());
    }

    /** For tests, which have a reader of their own. */
    static TorchOptimizer of(OptimizerBuilder<?, ?> builder, Device device, TensorReader reader) {
        if (!device.is_cpu() && !(device.is_cuda() && device.has_index())) {
            throw new InvalidParameterException("the device is " + device.str().getString() + "; optimizers are for "
                    + "cpu, or for a GPU with its number, such as cuda:0");
        }
        return of(builder, device.is_cpu() ? TensorReader.CPU : device.index(), reader);
    }

    private static TorchOptimizer of(OptimizerBuilder<?, ?> builder, int device, TensorReader reader) {
        return new TorchOptimizer(Objects.requireNonNull(builder, "builder"), device, reader);
    }

    static TensorReader newReader() {
        Libtorch.load(); // a failure to initialize the reader's class would be an Error
        return new TensorReader();
    }

    /** The device of a tensor. One that cannot be stepped is refused later, with its name. */
    private static int deviceOf(NamedTensor parameter, TensorReader reader) {
        int device = TorchParameter.isDefined(parameter.tensor())
                ? reader.device(TensorReader.handle(parameter.tensor())) : TensorReader.CPU;
        return device == TensorReader.OTHER_DEVICE ? TensorReader.CPU : device;
    }

    /**
     * The parameters of a module, to be told apart by name:
     * {@snippet :
     * Map<String, Tensor> biases = TorchOptimizer.namedParameters(module);
     * biases.keySet().removeIf(name -> !name.endsWith("bias"));
     * optimizer.addGroup(group -> group.weightDecay(0), biases);
     * }
     *
     * @param module the module
     * @return in the module's order; may be changed
     * @throws InvalidParameterException if the module was closed
     */
    public static Map<String, Tensor> namedParameters(Module module) {
        return NamedTensor.of(module);
    }

    // ---------------------------------------------------------------------------------------------------- parameters

    /**
     * Adds a group of parameters with settings of its own.
     *
     * @param settings sets the group's settings; what it does not set is as in the optimizer's builder
     * @param module   has the group's parameters
     * @return the group
     * @throws InvalidParameterException if there are no parameters, one cannot be stepped or is this optimizer's
     *     already, or there is a parameter or a group of that name; nothing is changed
     * @throws io.radam.InvalidHyperparameterException if a setting is out of range; nothing is changed
     * @throws BackendException if there is no memory for the state; nothing is changed
     * @throws OptimizerStateException as {@link #step()}
     */
    public ParameterGroup addGroup(Consumer<? super ParameterGroup.AnyBuilder> settings, Module module) {
        Map<String, Tensor> parameters = NamedTensor.of(module);
        try {
            return addGroup(settings, parameters);
        } finally {
            parameters.values().forEach(Tensor::close);
        }
    }

    /**
     * Adds a group of parameters without names, with settings of its own.
     *
     * @param settings   as for {@link #addGroup(Consumer, Module)}
     * @param parameters the group's parameters
     * @return the group
     * @throws InvalidParameterException as {@link #addGroup(Consumer, Module)}
     * @throws io.radam.InvalidHyperparameterException as {@link #addGroup(Consumer, Module)}
     * @throws BackendException as {@link #addGroup(Consumer, Module)}
     * @throws OptimizerStateException as {@link #step()}
     */
    public ParameterGroup addGroup(Consumer<? super ParameterGroup.AnyBuilder> settings, TensorVector parameters) {
        return addGroup(settings, NamedTensor.list(parameters));
    }

    /**
     * Adds a group of parameters by name, with settings of its own.
     *
     * @param settings   as for {@link #addGroup(Consumer, Module)}
     * @param parameters the group's parameters by their names
     * @return the group
     * @throws InvalidParameterException as {@link #addGroup(Consumer, Module)}
     * @throws io.radam.InvalidHyperparameterException as {@link #addGroup(Consumer, Module)}
     * @throws BackendException as {@link #addGroup(Consumer, Module)}
     * @throws OptimizerStateException as {@link #step()}
     */
    public ParameterGroup addGroup(Consumer<? super ParameterGroup.AnyBuilder> settings,
            Map<String, Tensor> parameters) {
        return addGroup(settings, NamedTensor.list(parameters));
    }

    private ParameterGroup addGroup(Consumer<? super ParameterGroup.AnyBuilder> settings,
            List<NamedTensor> parameters) {
        Objects.requireNonNull(settings, "settings");
        enter();
        List<TorchParameter> made = List.of();
        boolean complete = false;
        try {
            made = make(parameters, NO_OPTIONS);
            List<TorchParameter> ofGroup = made;
            List<Parameter> added = cores(made);
            ParameterGroup group = core.addGroup(builder -> {
                settings.accept(builder);
                requireFit(ofGroup, builder.hyperparameters());
                builder.parameters(added);
            });
            register(made);
            complete = true;
            return group;
        } finally {
            if (!complete) {
                made.forEach(TorchParameter::close);
            }
            leave();
        }
    }

    /**
     * Adds a parameter to a group, with options of its own, such as how bfloat16 values are rounded, or the memory for
     * {@linkplain Parameter.Builder#split the other 16 bits} of float32 numbers that they are to be:
     * {@snippet :
     * optimizer.add(group, "head.weight", weight, options -> options.rounding(Rounding.STOCHASTIC));
     * optimizer.add(group, "body.weight", body, options -> options.split(arena.allocate(2 * body.numel(), 2)));
     * }
     *
     * @param group     one of the groups of {@link #core()}
     * @param name      no other parameter of the optimizer may have it
     * @param parameter the parameter
     * @param options   sets options
     * @throws InvalidParameterException if the group is not this optimizer's, or as {@link #addGroup(Consumer,
     *     Module)}; nothing is changed
     * @throws BackendException if there is no memory for the state; nothing is changed
     * @throws OptimizerStateException as {@link #step()}
     */
    public void add(ParameterGroup group, String name, Tensor parameter, Consumer<? super Parameter.Builder> options) {
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(options, "options");
        enter();
        try {
            addTo(group, make(List.of(new NamedTensor(name, parameter)), options));
        } finally {
            leave();
        }
    }

    /**
     * Removes a parameter, and frees its state as {@link Optimizer#remove} does.
     *
     * @param parameter one of this optimizer's
     * @throws InvalidParameterException if it is not; nothing is changed
     * @throws OptimizerStateException as {@link #step()}
     */
    public void remove(Tensor parameter) {
        enter();
        try {
            TorchParameter removed = find(parameter);
            core.remove(removed.parameter());
            parameters.remove(removed);
            byIdentity.remove(removed.identity());
            removed.close();
        } finally {
            leave();
        }
    }

    /**
     * What the parameter of a tensor is to {@link #core()}, for its state, step number and coefficients.
     *
     * @param parameter one of this optimizer's; any handle of the tensor
     * @return the parameter
     * @throws InvalidParameterException if it is not this optimizer's
     * @throws OptimizerStateException as {@link #step()}
     */
    public Parameter parameter(Tensor parameter) {
        enter();
        try {
            return find(parameter).parameter();
        } finally {
            leave();
        }
    }

    private TorchParameter find(Tensor tensor) {
        Objects.requireNonNull(tensor, "parameter");
        boolean isDefined = TorchParameter.isDefined(tensor);
        TorchParameter found = isDefined ? byIdentity.get(TorchParameter.identity(tensor)) : null;
        if (found == null) {
            throw new InvalidParameterException("the tensor is not a parameter of this optimizer");
        }
        return found;
    }

    /** Each tensor once. Fails and keeps nothing if one cannot be added. */
    private List<TorchParameter> make(List<NamedTensor> tensors, Consumer<? super Parameter.Builder> options) {
        Map<Long, TorchParameter> made = new LinkedHashMap<>();
        boolean complete = false;
        try {
            for (NamedTensor named : tensors) {
                TorchParameter parameter = new TorchParameter(named.name(), named.tensor(), reader, gpu,
                        parameters.size() + made.size(), options);
                TorchParameter earlier = made.putIfAbsent(parameter.identity(), parameter);
                if (earlier != null) {
                    parameter.close();
                }
            }
            for (TorchParameter parameter : made.values()) {
                TorchParameter present = byIdentity.get(parameter.identity());
                if (present != null) {
                    throw new InvalidParameterException(parameter + " is in the optimizer already, as " + present);
                }
            }
            complete = true;
        } finally {
            if (!complete) {
                made.values().forEach(TorchParameter::close);
            }
        }
        return List.copyOf(made.values());
    }

    private void addTo(ParameterGroup group, List<TorchParameter> made) {
        boolean complete = false;
        try {
            requireFit(made, group.hyperparameters());
            core.add(group, cores(made));
            register(made);
            complete = true;
        } finally {
            if (!complete) {
                made.forEach(TorchParameter::close);
            }
        }
    }

    private static void requireFit(List<TorchParameter> made, Hyperparameters hyperparameters) {
        made.forEach(parameter -> parameter.requireFits(hyperparameters));
    }

    private static List<Parameter> cores(List<TorchParameter> made) {
        return made.stream().map(TorchParameter::parameter).toList();
    }

    private void register(List<TorchParameter> made) {
        parameters.addAll(made);
        made.forEach(parameter -> byIdentity.put(parameter.identity(), parameter));
    }

    /**
     * The optimizer behind this one, for settings, state and snapshots. Gradients are bound to it only while this one
     * makes a step: a step of its own would find none.
     *
     * @return the same for each call
     */
    public Optimizer core() {
        return core;
    }

    /**
     * Where all parameters are in memory.
     *
     * @return in the order in which they were added
     * @throws OptimizerStateException as {@link #step()}
     */
    public List<Memory> memory() {
        enter();
        try {
            return parameters.stream().map(TorchParameter::memory).toList();
        } finally {
            leave();
        }
    }

    // --------------------------------------------------------------------------------------------------------- steps

    /**
     * Makes one step of all parameters that have a gradient.
     *
     * @throws InvalidParameterException if a parameter or its gradient cannot be stepped; nothing is changed
     * @throws io.radam.InvalidHyperparameterException as {@link Optimizer#step()}
     * @throws BackendException if the GPU fails, as {@link Optimizer} says
     * @throws OptimizerStateException if the optimizer is closed, or another call is using it; nothing is changed
     */
    public void step() {
        step(StepOptions.NONE);
    }

    /**
     * Makes one step of all parameters that have a gradient, with options.
     *
     * @param options such as clipping by norm, or the loss scale
     * @return whether the step was made, and the statistics if an option needed them
     * @throws InvalidParameterException as {@link #step()}, and as {@link Optimizer#step(StepOptions)}
     * @throws io.radam.InvalidHyperparameterException as {@link Optimizer#step()}
     * @throws BackendException as {@link #step()}
     * @throws OptimizerStateException as {@link #step()}
     */
    public StepResult step(StepOptions options) {
        Objects.requireNonNull(options, "options");
        enter();
        try {
            bind();
            StepResult result = gpu == null ? core.step(options) : gpu.inOrder(() -> core.step(options));
            if (result.applied()) {
                for (int i = 0; i < parameters.size(); i++) {
                    parameters.get(i).changed();
                }
            }
            return result;
        } finally {
            unbindAndLeave();
        }
    }

    /**
     * The norm and other statistics of all present gradients, as {@link Optimizer#gradientStatistics()} has them.
     *
     * @return the statistics
     * @throws InvalidParameterException as {@link #step()}
     * @throws BackendException as {@link #step()}
     * @throws OptimizerStateException as {@link #step()}
     */
    public GradientStatistics gradientStatistics() {
        enter();
        try {
            bind();
            return gpu == null ? core.gradientStatistics() : gpu.inOrder(core::gradientStatistics);
        } finally {
            unbindAndLeave();
        }
    }

    /**
     * All is found out and checked before anything is bound. As no gradient is bound then, memory that was another
     * parameter's may be bound to this one.
     */
    private void bind() {
        for (int i = 0; i < parameters.size(); i++) {
            parameters.get(i).locate(reader);
        }
        for (int i = 0; i < parameters.size(); i++) {
            parameters.get(i).bind(binding);
        }
    }

    /** After this nothing points to gradients, which libtorch frees when it likes. */
    private void unbindAndLeave() {
        try {
            for (int i = 0; i < parameters.size(); i++) {
                parameters.get(i).unbind(binding);
            }
        } finally {
            leave();
        }
    }

    /**
     * Lets go of all gradients: the next backward pass makes new ones. As libtorch's optimizers do.
     *
     * @throws OptimizerStateException as {@link #step()}
     */
    public void zero_grad() {
        zero_grad(true);
    }

    /**
     * Lets go of all gradients, or sets them to zero.
     *
     * @param set_to_none false to set them to zero where they are
     * @throws OptimizerStateException as {@link #step()}
     */
    public void zero_grad(boolean set_to_none) {
        enter();
        try {
            for (int i = 0; i < parameters.size(); i++) {
                parameters.get(i).zeroGradient(set_to_none);
            }
        } finally {
            leave();
        }
    }

    /**
     * Frees the state, and lets go of the tensors, which live on where others have them. Closing again does nothing.
     *
     * @throws OptimizerStateException as {@link Optimizer#close()}; the optimizer stays open
     */
    @Override
    public void close() {
        if (!busy.compareAndSet(false, true)) {
            throw inUse();
        }
        try {
            core.close();
            if (!closed) {
                closed = true;
                parameters.forEach(TorchParameter::close);
                parameters.clear();
                byIdentity.clear();
            }
        } finally {
            busy.setRelease(false);
        }
    }

    private void enter() {
        if (!busy.compareAndSet(false, true)) {
            throw inUse();
        }
        if (closed) {
            leave();
            throw new OptimizerStateException("the optimizer is closed");
        }
    }

    private void leave() {
        busy.setRelease(false);
    }

    private static OptimizerStateException inUse() {
        return new OptimizerStateException("another call is using the optimizer; one at a time");
    }
}
