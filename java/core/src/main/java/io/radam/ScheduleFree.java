package io.radam;

import io.radam.internal.kernel.MemoryCheck;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The models that {@link ScheduleFreeSGD}, {@link ScheduleFreeAdamW} and {@link ScheduleFreeRAdam} train. The
 * parameters are where gradients are taken. The model to use, to evaluate and to give away, is the average of all
 * iterates.
 *
 * {@snippet :
 * MemorySegment average = arena.allocate(Float.BYTES * parameter.length(), Float.BYTES);
 * ScheduleFree.average(optimizer, parameter, average);
 * }
 *
 * <p>To evaluate in the place of the values and go on, keep these, and put them back before a step, a snapshot or a
 * checkpoint. A second call in their place is not the average.
 *
 * {@snippet :
 * saved.copyFrom(parameter.values());
 * ScheduleFree.average(optimizer, parameter, parameter.values());
 * evaluate();
 * parameter.values().copyFrom(saved);
 * }
 */
public final class ScheduleFree {
    private ScheduleFree() {
    }

    /**
     * Whether an algorithm is one of these.
     *
     * @param algorithm an algorithm
     * @return whether {@link #average} can be asked for
     */
    public static boolean has(Algorithm algorithm) {
        return algorithm == Algorithm.SCHEDULEFREE_SGD || algorithm == Algorithm.SCHEDULEFREE_ADAMW;
    }

    /**
     * Computes the average of all iterates of a parameter, whatever the types of its values and state, also on a GPU. It
     * takes no part in training.
     *
     * @param optimizer the parameter's
     * @param parameter the parameter
     * @param average   as many {@code float}s as it has elements, in memory of the host; are written. They may be the
     *                  memory of its values, if these are {@code float}s; to go on with the training, keep the values
     * @throws InvalidHyperparameterException if the parameter's algorithm is another
     * @throws InvalidParameterException if the parameter is not the optimizer's, the lengths differ, memory is closed,
     *     confined to another thread or misaligned, or the average is read-only or overlaps a part of the values;
     *     nothing is changed
     * @throws BackendException if there is no memory for a copy of the state
     * @throws OptimizerStateException as {@link Optimizer#step()}
     */
    public static void average(Optimizer optimizer, Parameter parameter, MemorySegment average) {
        optimizer.averageIterates(parameter, average);
    }

    /**
     * Computes the average of all iterates, {@code values + (1 - 1 / b) * z_minus_param}, with b for the momentum or
     * beta1, in double, and rounds it. It takes no part in training: keep the values to go on from them.
     *
     * @param hyperparameters those that the parameter is trained with
     * @param state           its state, in memory of the host
     * @param values          its values, {@code float}s. Those of other types, and of master parameters in two halves,
     *                        {@link Conversions} makes such
     * @param average         as many {@code float}s, which are written; it may be the memory of the values
     * @throws InvalidHyperparameterException if the algorithm is another
     * @throws InvalidParameterException if the state is not the algorithm's, the lengths differ, memory is closed,
     *     confined to another thread or misaligned, or the average is read-only or overlaps a part of the values;
     *     nothing is changed
     */
    public static void average(Hyperparameters hyperparameters, ParameterState state, MemorySegment values,
            MemorySegment average) {
        double factor = 1 - 1 / interpolation(hyperparameters);
        requireStateOf(hyperparameters, Objects.requireNonNull(state, "state"));
        MemoryCheck.requireElements(Objects.requireNonNull(values, "values"), DType.FLOAT32, "values");
        long length = values.byteSize() / Float.BYTES;
        MemoryCheck.requireLength(Objects.requireNonNull(average, "average"), DType.FLOAT32, length, "average");
        MemoryCheck.requireAccessible(values, "values");
        MemoryCheck.requireAccessible(average, "average");
        MemoryCheck.requireWritable(average, "average is");
        if (values.asOverlappingSlice(average).filter(part -> part.byteSize() < values.byteSize()).isPresent()) {
            throw new InvalidParameterException("the average overlaps a part of the values");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment d = Conversions.convert(state, hyperparameters.algorithm(), StateType.FLOAT32, arena)
                    .buffer("z_minus_param").elements();
            if (d.byteSize() != values.byteSize()) {
                throw new InvalidParameterException("the state is of " + d.byteSize() / Float.BYTES
                        + " elements, but there are " + length + " values");
            }
            for (long i = 0; i < length; i++) {
                average.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (values.getAtIndex(ValueLayout.JAVA_FLOAT, i)
                        + factor * d.getAtIndex(ValueLayout.JAVA_FLOAT, i)));
            }
        }
    }

    private static void requireStateOf(Hyperparameters hyperparameters, ParameterState state) {
        Set<String> expected = hyperparameters.state().stream().filter(Objects::nonNull).map(StateBuffer::name)
                .collect(Collectors.toSet());
        if (!state.buffers().keySet().equals(expected)) {
            throw new InvalidParameterException("the state of " + hyperparameters.algorithm() + " has the buffers "
                    + expected + ", but this one has " + state.buffers().keySet());
        }
    }

    private static double interpolation(Hyperparameters h) {
        requireOne(h.algorithm());
        return h.algorithm() == Algorithm.SCHEDULEFREE_SGD
                ? h.get(ScheduleFreeSgdSettings.MOMENTUM)
                : h.get(ScheduleFreeAdamWSettings.BETA1);
    }

    static void requireOne(Algorithm algorithm) {
        if (!has(algorithm)) {
            throw new InvalidHyperparameterException(
                    algorithm + " has no average of iterates: it is not Schedule-Free");
        }
    }
}
