package io.radam.pytorch;

import io.radam.InvalidParameterException;
import io.radam.OptimizerStateException;
import io.radam.Parameter;
import io.radam.StepOptions;
import io.radam.StepResult;
import io.radam.sharded.ShardedOptimizer;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * The parameters of a PyTorch module for a {@link ShardedOptimizer}, stepped where they are, on the CPU:
 *
 * {@snippet :
 * try (TorchParameters model = TorchParameters.of(module);
 *         ShardedOptimizer optimizer = ShardedOptimizer.of(ranks, AdamW.builder().weightDecay(0.01)
 *                 .parameters(model.named(name -> !name.endsWith("bias")))
 *                 .group(group -> group.weightDecay(0).parameters(model.named(name -> name.endsWith("bias")))))) {
 *     module.zero_grad(true);
 *     torch.cross_entropy_loss(module.forward(images), labels).backward();
 *     model.step(optimizer);
 * }
 * }
 *
 * <p>It takes the artifact {@code radam-sharded}. Modules of all ranks begin with the same values: seed all alike, or
 * load the same file.
 *
 * <p>{@link #step} finds out anew where values and gradients are, as {@link TorchOptimizer} does, and takes and refuses
 * what that does. Other calls of the optimizer, such as {@link ShardedOptimizer#gather}, take values to be where its
 * latest step with their gradient has found them. The tensors are kept alive until this is closed, which has to be
 * after the optimizer. One thread at a time may use it, together with the optimizer.
 */
public final class TorchParameters implements AutoCloseable {
    private final TensorReader reader = TorchOptimizer.newReader();
    private final Map<Long, TorchParameter> parameters = new LinkedHashMap<>();
    private boolean closed;

    private TorchParameters() {
    }

    /**
     * All parameters of a module.
     *
     * @param module the module; a parameter that it has under two names has the first
     * @return the parameters, which the caller has to close
     * @throws InvalidParameterException if there are none, or one cannot be stepped on the CPU
     * @throws io.radam.BackendException if PyTorch for Java cannot be loaded
     */
    public static TorchParameters of(Module module) {
        Map<String, Tensor> named = NamedTensor.of(module);
        try {
            return of(named);
        } finally {
            named.values().forEach(Tensor::close);
        }
    }

    /**
     * Some parameters, such as those that remain of {@link TorchOptimizer#namedParameters}.
     *
     * @param named the parameters by their names; one that is there twice has the first
     * @return the parameters, which the caller has to close
     * @throws InvalidParameterException as {@link #of(Module)}
     * @throws io.radam.BackendException as {@link #of(Module)}
     */
    public static TorchParameters of(Map<String, Tensor> named) {
        TorchParameters made = new TorchParameters();
        boolean complete = false;
        try {
            for (NamedTensor tensor : NamedTensor.list(named)) {
                TorchParameter parameter = new TorchParameter(tensor.name(), tensor.tensor(), made.reader, null,
                        made.parameters.size(), builder -> { });
                if (made.parameters.putIfAbsent(parameter.identity(), parameter) != null) {
                    parameter.close();
                }
            }
            complete = true;
            return made;
        } finally {
            if (!complete) {
                made.close();
            }
        }
    }

    /**
     * All of them, for a builder.
     *
     * @return in the module's order, without gradients
     * @throws InvalidParameterException as {@link #named}
     * @throws OptimizerStateException if this is closed
     */
    public List<Parameter> all() {
        return named(_ -> true);
    }

    /**
     * Those of some names, for a group of a builder. The optimizer is to be built before the module's values move to
     * other memory: it reads them. Where they have moved since an earlier call, the parameters are others, and
     * optimizers with the earlier ones are refused by steps.
     *
     * @param names tells which
     * @return in the module's order, without gradients; empty if there are none
     * @throws InvalidParameterException if a tensor is of another shape or type than it was
     * @throws OptimizerStateException if this is closed
     */
    public List<Parameter> named(Predicate<String> names) {
        requireOpen();
        return parameters.values().stream().map(parameter -> parameter.parameterNow(reader))
                .filter(parameter -> names.test(parameter.name())).toList();
    }

    private void requireOpen() {
        if (closed) {
            throw new OptimizerStateException("the parameters are closed");
        }
    }

    /**
     * Makes one step of all parameters that have a gradient. All ranks call this.
     *
     * @param optimizer one that was built with {@linkplain #all() all of these}
     * @throws InvalidParameterException as {@link #step(ShardedOptimizer, StepOptions)}
     * @throws io.radam.sharded.RankMismatchException as there
     * @throws io.radam.sharded.CollectivesException as there
     * @throws OptimizerStateException as there
     */
    public void step(ShardedOptimizer optimizer) {
        step(optimizer, StepOptions.NONE);
    }

    /**
     * Makes one step of all parameters that have a gradient, with options. All ranks call this. For autograd it counts
     * as a change of the tensors in place.
     *
     * @param optimizer as for {@link #step(ShardedOptimizer)}
     * @param options   the same on all ranks
     * @return as {@link ShardedOptimizer#step(StepOptions)}
     * @throws InvalidParameterException as {@link ShardedOptimizer#step(StepOptions)}; or, before the others are told,
     *     if a parameter or its gradient cannot be stepped: call {@link io.radam.sharded.Collectives#abort} then
     * @throws io.radam.sharded.RankMismatchException as {@link ShardedOptimizer#step(StepOptions)}
     * @throws io.radam.sharded.CollectivesException as {@link ShardedOptimizer#step(StepOptions)}
     * @throws OptimizerStateException as {@link ShardedOptimizer#step(StepOptions)}, or if this is closed
     */
    public StepResult step(ShardedOptimizer optimizer, StepOptions options) {
        Binding binding = binding(Objects.requireNonNull(optimizer, "optimizer"));
        requireOpen();
        StepResult result;
        try {
            // All is found out and checked before anything is bound.
            parameters.values().forEach(parameter -> parameter.locate(reader));
            parameters.values().forEach(parameter -> parameter.bind(binding));
            result = optimizer.step(options);
        } finally {
            unbind(binding);
        }
        if (result.applied()) {
            parameters.values().forEach(TorchParameter::changed);
        }
        return result;
    }

    /** After this nothing points to gradients, which libtorch frees when it likes. */
    private void unbind(Binding binding) {
        for (TorchParameter parameter : parameters.values()) {
            try {
                parameter.unbind(binding);
            } catch (OptimizerStateException e) {
                // The step has failed in the middle, and this optimizer makes no other one. Another one may.
            }
        }
    }

    private static Binding binding(ShardedOptimizer optimizer) {
        return new Binding() {
            @Override
            public void bind(Parameter parameter, MemorySegment values, MemorySegment gradient) {
                optimizer.bind(parameter, values, gradient);
            }

            @Override
            public void unbind(Parameter parameter) {
                optimizer.unbind(parameter);
            }
        };
    }

    /** Lets go of the tensors, which live on where others have them. Closing again does nothing. */
    @Override
    public void close() {
        closed = true;
        parameters.values().forEach(TorchParameter::close);
        parameters.clear();
    }
}
