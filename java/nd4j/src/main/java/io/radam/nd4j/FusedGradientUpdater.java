package io.radam.nd4j;

import io.radam.InvalidParameterException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;

/**
 * Overwrites the gradient of a block of parameters with the update. The first step binds the state to a
 * {@link Stepper}, and later steps use that, until the framework sets another state.
 */
final class FusedGradientUpdater implements GradientUpdater<FusedUpdater> {
    private static final Cleaner CLEANER = Cleaner.create();

    private final FusedUpdater config;
    private State state;
    /** Null before the first step. */
    private Stepper stepper;
    /** Closes the stepper, also when this object is found to be unreachable: the framework closes no updaters. */
    private Cleaner.Cleanable closing;

    FusedGradientUpdater(FusedUpdater config) {
        this.config = config;
    }

    @Override
    public FusedUpdater getConfig() {
        return config;
    }

    @Override
    public void setState(Map<String, INDArray> stateMap, boolean initialize) {
        setState(State.of(config.stateNames(), stateMap), initialize);
    }

    @Override
    public Map<String, INDArray> getState() {
        return state.toMap();
    }

    @Override
    public void setStateViewArray(INDArray viewArray, long[] gradientShape, char gradientOrder, boolean initialize) {
        setState(State.inView(config.stateNames(), viewArray, gradientShape, gradientOrder), initialize);
    }

    /** With a state that is a vector. */
    void setStateViewArray(INDArray viewArray, boolean initialize) {
        setState(State.inView(config.stateNames(), viewArray), initialize);
    }

    private void setState(State next, boolean initialize) {
        if (initialize) {
            next.initialize();
        }
        forgetStepper();
        state = next;
    }

    /**
     * Overwrites the gradient with the update.
     *
     * @param gradient  of the state's type and length
     * @param iteration the number of steps that were made before
     * @throws InvalidParameterException if the gradient or the state cannot be used; nothing is changed
     * @throws io.radam.InvalidHyperparameterException if a schedule gives a learning rate that is out of range; nothing
     *     is changed
     * @throws io.radam.BackendException if ND4J's backend is not that of the CPU
     */
    @Override
    public void applyUpdater(INDArray gradient, int iteration, int epoch) {
        if (gradient.isEmpty()) {
            return;
        }
        // Another thread may close the network. First of all, that is put off; then it is seen whether it was closed.
        UsedMemory used = new UsedMemory(gradient, state.buffers());
        try {
            update(gradient, iteration, epoch);
        } finally {
            used.close();
        }
    }

    private void update(INDArray gradient, int iteration, int epoch) {
        Arrays.requireUsable(gradient, "gradient");
        state.requireUsable();
        state.requireFits(gradient);
        double learningRate = config.getLearningRate(iteration, epoch);
        if (state.isInOrderOf(gradient)) {
            stepperFor(gradient).step(Arrays.address(gradient), learningRate, iteration);
        } else {
            stepCopy(gradient, learningRate, iteration);
        }
        Reference.reachabilityFence(gradient);
        Reference.reachabilityFence(this); // or the stepper might be closed while it steps
    }

    /** For a gradient with gaps, or in another order than the state. The framework does not make such gradients. */
    private void stepCopy(INDArray gradient, double learningRate, int iteration) {
        INDArray copy = gradient.dup(state.order());
        stepperFor(copy).step(Arrays.address(copy), learningRate, iteration);
        gradient.assign(copy);
        if (copy.closeable()) {
            copy.close();
        }
    }

    private Stepper stepperFor(INDArray gradient) {
        if (stepper == null || !stepper.fits(gradient, state)) {
            forgetStepper();
            stepper = new Stepper(config.hyperparameters(0, 0), gradient, state);
            closing = CLEANER.register(this, stepper::close);
        }
        return stepper;
    }

    private void forgetStepper() {
        if (stepper != null) {
            closing.clean();
            stepper = null;
        }
    }
}
