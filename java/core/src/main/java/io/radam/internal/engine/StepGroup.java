package io.radam.internal.engine;

import io.radam.Hyperparameters;
import io.radam.Parameter;
import io.radam.Rounding;
import io.radam.StateBuffer;
import io.radam.StateType;
import io.radam.internal.kernel.Kernel;
import io.radam.internal.schedule.StepCoefficients;
import java.util.List;
import java.util.function.Supplier;

/** A group of parameters, as steps see it. */
public final class StepGroup {
    final List<Parameter> parameters;
    /** The algorithm's buffers, in its order; null for those that the group does not have. */
    final List<StateBuffer> state;
    final StateType stateType;
    final Rounding stateRounding;
    private final Supplier<Hyperparameters> hyperparameters;

    final StepCoefficients coefficients;
    /** Null on a GPU. */
    Kernel kernel;
    /** The step number of the present run of slots; 0 if no parameter of the group is in it. */
    long step;

    /**
     * A group.
     *
     * @param hyperparameters gives those that hold now
     * @param state           the algorithm's buffers, in its order; null for those that the group does not have
     */
    public StepGroup(List<Parameter> parameters, Supplier<Hyperparameters> hyperparameters, List<StateBuffer> state,
            StateType stateType, Rounding stateRounding) {
        this.parameters = parameters;
        this.hyperparameters = hyperparameters;
        this.state = state;
        this.stateType = stateType;
        this.stateRounding = stateRounding;
        coefficients = new StepCoefficients(hyperparameters.get().algorithm());
    }

    double gradientScale() {
        return hyperparameters.get().gradientScale();
    }

    /** Makes the coefficients follow changed hyperparameters, and a factor of all gradients. */
    void refresh(double gradientFactor) {
        coefficients.setGradientFactor(gradientFactor);
        coefficients.configure(hyperparameters.get());
    }
}
