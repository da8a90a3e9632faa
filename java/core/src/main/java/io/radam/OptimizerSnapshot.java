package io.radam;

import java.util.List;
import java.util.Objects;

/**
 * A copy of all that an optimizer has but the values of its parameters: settings, step numbers and state. A snapshot is
 * immutable, and independent of the optimizer: it has memory of its own, which lives as long as it is reachable. Any
 * thread may use it.
 *
 * <p>Training that goes on from saved values and a restored snapshot gives the bits of uninterrupted training:
 * {@snippet :
 * OptimizerSnapshot snapshot = optimizer.snapshot();
 * // later, with an optimizer that was built in the same way
 * optimizer.restore(snapshot);
 * }
 *
 * @param algorithm          of the optimizer's builder; that of each group is in its hyperparameters
 * @param seed               of stochastic rounding
 * @param learningRateFactor the factor of the learning rates of all groups
 * @param nextRandomIndex    the index of the random bits of the next parameter that is added without one of its own
 * @param groups             in the order in which they were added
 */
public record OptimizerSnapshot(Algorithm algorithm, long seed, double learningRateFactor, long nextRandomIndex,
        List<Group> groups) {
    /**
     * Copies the list.
     *
     * @throws NullPointerException if anything is null
     */
    public OptimizerSnapshot {
        Objects.requireNonNull(algorithm, "algorithm");
        groups = List.copyOf(groups);
    }

    /**
     * A parameter group.
     *
     * @param name            null if it has none
     * @param hyperparameters of the next step
     * @param stateType       how the state is stored, but for slow weights, which are float32
     * @param stateRounding   how state of a smaller type is rounded
     * @param parameters      in the order in which they were added
     */
    public record Group(String name, Hyperparameters hyperparameters, StateType stateType, Rounding stateRounding,
            List<Entry> parameters) {
        /**
         * Copies the list.
         *
         * @throws NullPointerException if anything but the name is null
         */
        public Group {
            Objects.requireNonNull(hyperparameters, "hyperparameters");
            Objects.requireNonNull(stateType, "stateType");
            Objects.requireNonNull(stateRounding, "stateRounding");
            parameters = List.copyOf(parameters);
        }
    }

    /**
     * A parameter.
     *
     * @param name        null if it has none
     * @param length      the number of its elements
     * @param first       where it begins in the tensor that it is a slice of; 0 if it is a whole one
     * @param wholeLength the number of elements of that tensor
     * @param randomIndex the index of its random bits: see {@link Parameter.Builder#randomIndex}
     * @param state       the step number, and the buffers
     */
    public record Entry(String name, long length, long first, long wholeLength, long randomIndex,
            ParameterState state) {
        /**
         * Checks that there is a state.
         *
         * @throws NullPointerException if there is none
         */
        public Entry {
            Objects.requireNonNull(state, "state");
        }
    }
}
