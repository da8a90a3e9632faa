package io.radam.internal.engine;

import io.radam.Algorithm;
import io.radam.Hyperparameters;
import io.radam.InvalidHyperparameterException;
import io.radam.LookaheadMomentum;
import io.radam.Rounding;
import io.radam.StateBuffer;
import io.radam.StateType;
import io.radam.internal.kernel.SumsTable;
import io.radam.internal.kernel.Tensor;
import io.radam.internal.schedule.StepCoefficients;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * What the engine knows of a parameter group: how its state is stored, and the settings of its steps. Any thread may
 * change the hyperparameters at any time. All else is for the thread that makes a step.
 */
public final class Group {
    final Algorithm algorithm;
    /** The algorithm's buffers, in its order; null for those that the group does not have. */
    final List<StateBuffer> buffers;
    /** How many of them are the algorithm's. Those after it are Lookahead's: slow weights, and slow momenta. */
    final int ofAlgorithm;
    /** What the algorithm keeps for each parameter beside the buffers. */
    final List<String> numbers;
    /** Whether there is Lookahead. */
    final boolean hasLookahead;
    /** Whether steps move the learning rate. */
    final boolean movesLearningRate;
    /** Whether a step depends on sums over each tensor, so that no two share coefficients. */
    final boolean isLayerwise;
    /** Whether the algorithm is a layer-wise one whose sums are of rows. */
    final boolean measuresRows;
    /** Whether the gradients of parameters with rows are centralized. */
    final boolean centralizesGradients;
    final StateType stateType;
    final Rounding stateRounding;

    private final PresentHyperparameters hyperparameters;
    /** The slots of its parameters, in the order in which they were added. */
    final List<Slot> slots = new ArrayList<>();
    /** The engine that the group belongs to. */
    Engine engine;

    /** The engine's number of the step that the fields below belong to. */
    private long present;
    /** The hyperparameters and the rate factor from which {@code settings} were computed. */
    private Hyperparameters seen;
    private double seenRateFactor;
    /** The hyperparameters of the step, with the rate factor applied. */
    private Hyperparameters settings;
    /** Of Lookahead; no steps without it. */
    private long lookaheadSteps;
    private float lookaheadAlpha;
    private LookaheadMomentum lookaheadMomentum;
    /** The factor of gradients in the step, beside the hyperparameter. */
    private double gradientFactor;
    /** Of a layer-wise algorithm, the sums over all tensors of the step. */
    final double[] sums = new double[SumsTable.SUMS];
    /** The squares of the group's gradients in the step, each scaled. */
    double squares;

    /** All sets of coefficients of the group, at most one for each parameter. */
    private CoefficientSet[] sets = new CoefficientSet[1];
    private int setCount;
    /** The sets before this one are in use by the present step. */
    private int nextUnused;
    private final StepTable prepared = new StepTable();

    /** A group without parameters. */
    public Group(Hyperparameters hyperparameters, StateType stateType, Rounding stateRounding) {
        this.hyperparameters = new PresentHyperparameters(hyperparameters);
        algorithm = hyperparameters.algorithm();
        buffers = hyperparameters.state();
        ofAlgorithm = hyperparameters.algorithm().state().size();
        numbers = hyperparameters.algorithm().numbers();
        hasLookahead = hyperparameters.hasLookahead();
        isLayerwise = hyperparameters.algorithm().isLayerwise();
        measuresRows = hyperparameters.algorithm().measuresRows();
        movesLearningRate = hyperparameters.algorithm().movesLearningRate();
        centralizesGradients = hyperparameters.centralizesGradients();
        this.stateType = stateType;
        this.stateRounding = stateRounding;
    }

    /** The hyperparameters of the next step. */
    public Hyperparameters hyperparameters() {
        return hyperparameters.get();
    }

    /** Sets the hyperparameters, from the next step on. */
    public void set(Hyperparameters changed) {
        hyperparameters.set(changed);
    }

    /**
     * Changes the hyperparameters, from the next step on. A change that another thread makes at the same time is not
     * lost: then the function is applied again.
     */
    public void update(UnaryOperator<Hyperparameters> change) {
        hyperparameters.update(change);
    }

    /** Whether the group has one of its algorithm's buffers. */
    boolean has(int buffer) {
        return buffers.get(buffer) != null;
    }

    /** The names of the buffers that the group has. */
    List<String> bufferNames() {
        return buffers.stream().filter(Objects::nonNull).map(StateBuffer::name).toList();
    }

    /** How one of the buffers that the group has is stored. */
    StateType typeOf(int buffer) {
        return StateBuffer.typeOf(buffers.get(buffer).name(), stateType);
    }

    /** Whether a buffer is one of Lookahead, and none of the algorithm's. */
    boolean isSlow(int buffer) {
        return buffer >= ofAlgorithm;
    }

    /** How its state is stored. */
    public StateType stateType() {
        return stateType;
    }

    /** How state of a smaller type is rounded. */
    public Rounding stateRounding() {
        return stateRounding;
    }

    /**
     * Begins a step for this group, unless it has begun.
     *
     * @param number         of the step
     * @param learningRateBy what the learning rate is multiplied by
     * @return whether this was the first time
     * @throws InvalidHyperparameterException if that is out of range
     */
    boolean begin(long number, double learningRateBy) {
        if (present == number) {
            return false;
        }
        Hyperparameters h = hyperparameters.beginStep();
        Arrays.fill(sums, 0);
        if (h != seen || learningRateBy != seenRateFactor) {
            settings = withRateFactor(h, learningRateBy);
            seen = h;
            seenRateFactor = learningRateBy;
            lookaheadSteps = h.get(Hyperparameters.LOOKAHEAD_STEPS);
            lookaheadAlpha = (float) (double) h.get(Hyperparameters.LOOKAHEAD_ALPHA);
            lookaheadMomentum = h.get(Hyperparameters.LOOKAHEAD_MOMENTUM);
        }
        present = number;
        squares = 0;
        nextUnused = 0;
        prepared.clear();
        return true;
    }

    /** Has a tensor's step move the learning rate, and its coefficients follow. */
    void reduce(CoefficientSet set, Tensor tensor, long length, double[] ofTensor) {
        reduce(set, tensor, length, ofTensor, hyperparameters.rate(set.coefficients.sumsGroup()));
    }

    /**
     * Has the coefficients of a tensor's step follow from its sums, or from those of all tensors.
     *
     * @param kept what the algorithm keeps for the tensor; it is replaced
     */
    void reduce(CoefficientSet set, Tensor tensor, long length, double[] ofTensor, double[] kept) {
        StepCoefficients coefficients = set.coefficients;
        coefficients.setRate(seen.learningRate(), seenRateFactor);
        set.reduce(tensor, length, coefficients.sumsGroup() ? sums : ofTensor, kept);
    }

    /** Keeps the learning rate of the step, which nothing has failed before. */
    void endRate() {
        hyperparameters.endStep();
    }

    /**
     * Hyperparameters whose learning rate is multiplied by a factor.
     *
     * @throws InvalidHyperparameterException if the product is out of range
     */
    static Hyperparameters withRateFactor(Hyperparameters h, double factor) {
        if (factor == 1) {
            return h;
        }
        try {
            return h.withLearningRate(h.learningRate() * factor);
        } catch (InvalidHyperparameterException e) {
            throw new InvalidHyperparameterException("learningRate " + h.learningRate() + " * learningRateFactor "
                    + factor + ": " + e.getMessage());
        }
    }

    /**
     * Fails where a learning rate cannot be multiplied by a factor.
     *
     * @throws InvalidHyperparameterException if the product is out of range
     */
    public static void requireRateFactor(Hyperparameters hyperparameters, double factor) {
        withRateFactor(hyperparameters, factor);
    }

    /** How far slow weights go towards the values in a step with this number; 0 in most. */
    float slowRate(long step) {
        return lookaheadSteps > 0 && step % lookaheadSteps == 0 ? lookaheadAlpha : 0;
    }

    /** What becomes of the momentum in steps in which slow weights go towards the values. */
    LookaheadMomentum lookaheadMomentum() {
        return lookaheadMomentum;
    }

    /** What gradients are multiplied by, without loss scale and clipping. */
    double gradientScale() {
        return settings.gradientScale();
    }

    /**
     * Sets what the step multiplies gradients by, beside their hyperparameter.
     *
     * @param lossScale the loss scale, for the message; the rest of the factor is from clipping by norm
     * @throws InvalidHyperparameterException if the product of the two is 0 or infinite as float32
     */
    void setGradientFactor(double factor, double lossScale) {
        float product = (float) (settings.gradientScale() * factor);
        if (!(product > 0 && Float.isFinite(product))) {
            throw new InvalidHyperparameterException("gradientScale " + settings.gradientScale() + " / lossScale "
                    + lossScale + " * " + factor * lossScale + ", the factor of clipping by norm, is " + product
                    + " as float32");
        }
        gradientFactor = factor;
    }

    /**
     * The coefficients of a step number, computed. If possible, the set of the slot's latest step is used again, so
     * that slots with equal step numbers share one. Of a layer-wise algorithm each slot has one of its own.
     *
     * @param last what the slot's last step went by, or null
     */
    CoefficientSet coefficients(long step, CoefficientSet last, Engine engine) {
        if (isLayerwise) {
            CoefficientSet own = last != null && last.present != present ? last : unused(engine);
            own.prepare(settings, gradientFactor, step, present);
            return own;
        }
        if (last != null && last.present == present && last.step == step) {
            return last;
        }
        CoefficientSet set = prepared.find(step);
        if (set == null) {
            set = last != null && last.present != present ? last : unused(engine);
            set.prepare(settings, gradientFactor, step, present);
            prepared.put(step, set);
        }
        return set;
    }

    private CoefficientSet unused(Engine engine) {
        while (nextUnused < setCount) {
            CoefficientSet set = sets[nextUnused++];
            if (set.present != present) {
                return set;
            }
        }
        if (setCount == sets.length) {
            sets = Arrays.copyOf(sets, 2 * setCount);
        }
        CoefficientSet set = engine.newCoefficients(settings.algorithm());
        if (isLayerwise && setCount > 0) {
            set.coefficients.share(sets[0].coefficients);
        }
        sets[setCount++] = set;
        nextUnused = setCount;
        return set;
    }
}
