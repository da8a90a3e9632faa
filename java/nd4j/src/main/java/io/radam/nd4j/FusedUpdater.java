package io.radam.nd4j;

import io.radam.Algorithm;
import io.radam.Hyperparameter;
import io.radam.Hyperparameters;
import io.radam.InvalidHyperparameterException;
import io.radam.ScheduleFree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * An updater of DL4J and SameDiff that makes the steps of any algorithm of {@code io.radam}, in the framework's own
 * memory. {@link RadamUpdaters} begins with one by the algorithm's name.
 *
 * {@snippet :
 * new NeuralNetConfiguration.Builder()
 *         .updater(new FusedUpdater(RAdam.Preset.PYTORCH.hyperparameters().withLearningRate(1e-3)))
 * }
 *
 * <p>A step overwrites the gradient with the update, which the framework then subtracts. The state is in the
 * framework's view array, so that saving, cloning and averaging of networks keep it. Steps are numbered by the
 * framework's iterations. The learning rate comes from {@link #getLearningRate}, for each step anew; all other
 * hyperparameters stay as they are.
 *
 * <p>Gradients and state are both {@code FLOAT}, or both {@code BFLOAT16}, whose state is rounded stochastically. Other
 * types are refused by an {@link io.radam.InvalidParameterException}. So is a backend of ND4J other than the CPU's, by
 * a {@link io.radam.BackendException}.
 *
 * <p>Weight decay is the framework's: an updater does not see the parameters. {@code weightDecay(0.01)} on the
 * network's builder is decoupled, and so makes AdamW of {@link AdamUpdater}; {@code l2} is added to the gradient.
 */
public class FusedUpdater implements IUpdater {
    private static final long serialVersionUID = 1;

    /** The algorithm's name. With the other fields, this is the form in JSON. */
    private final String algorithm;
    /** NaN if there is a schedule. */
    private double learningRate;
    /** Null if the learning rate is fixed. */
    private ISchedule learningRateSchedule;
    /** All but the learning rate, as text. */
    private final LinkedHashMap<String, String> hyperparameters;
    /** The same, read; null if not read yet. */
    private transient Hyperparameters read;

    /**
     * An updater with a fixed learning rate, which is that of the hyperparameters.
     *
     * @param hyperparameters those of a preset, such as {@code RAdam.Preset.PYTORCH.hyperparameters()}, or others
     * @throws InvalidHyperparameterException if there is weight decay, which is the framework's, or Lookahead, for
     *     which an updater would have to see the parameters, or centralized gradients; or if the algorithm is layer-wise or
     *     Schedule-Free
     * @throws IllegalArgumentException if the algorithm is none of the library: its JSON has a name alone
     */
    public FusedUpdater(Hyperparameters hyperparameters) {
        this(hyperparameters, hyperparameters.learningRate(), null);
    }

    /**
     * An updater with a schedule of the learning rate.
     *
     * @param hyperparameters of which the learning rate is not used; with AdaBound, the one that the schedule begins with
     *                        is to be its {@code AdaBoundSettings.BASE_LEARNING_RATE}
     * @param schedule        the learning rate of each iteration
     * @throws InvalidHyperparameterException as {@link #FusedUpdater(Hyperparameters)}
     * @throws IllegalArgumentException as {@link #FusedUpdater(Hyperparameters)}
     */
    public FusedUpdater(Hyperparameters hyperparameters, ISchedule schedule) {
        this(hyperparameters, Double.NaN, Objects.requireNonNull(schedule, "schedule"));
    }

    private FusedUpdater(Hyperparameters hyperparameters, double learningRate, ISchedule schedule) {
        this(hyperparameters.algorithm().toString(), learningRate, schedule, hyperparameters.toText());
    }

    /**
     * An updater from its JSON.
     *
     * @param algorithm            the algorithm's name
     * @param learningRate         NaN if there is a schedule
     * @param learningRateSchedule null if there is none
     * @param hyperparameters      as text; those that are missing have the algorithm's defaults
     * @throws IllegalArgumentException if there is no such algorithm
     * @throws InvalidHyperparameterException if a name is unknown or a value out of range, or if there is weight decay
     *     or Lookahead, or the algorithm is layer-wise or Schedule-Free
     */
    protected FusedUpdater(@JsonProperty("algorithm") String algorithm,
            @JsonProperty("learningRate") double learningRate,
            @JsonProperty("learningRateSchedule") ISchedule learningRateSchedule,
            @JsonProperty("hyperparameters") Map<String, String> hyperparameters) {
        this.algorithm = Objects.requireNonNull(algorithm, "algorithm");
        this.hyperparameters = new LinkedHashMap<>(Objects.requireNonNull(hyperparameters, "hyperparameters"));
        this.hyperparameters.remove(Hyperparameters.LEARNING_RATE.name());
        requireNoParameters(values());
        setRate(learningRate, learningRateSchedule);
    }

    /**
     * This updater with one hyperparameter changed, such as {@code AdamSettings.BETA2}.
     *
     * @param <T>            the type of its values
     * @param hyperparameter one of the algorithm's; {@link Hyperparameters#LEARNING_RATE} changes nothing where there is
     *                       a schedule
     * @param value          the new value
     * @return another updater, which is a {@code FusedUpdater} whatever this one is
     * @throws InvalidHyperparameterException if the algorithm does not have it, or the value is out of range; or as
     *     {@link #FusedUpdater(Hyperparameters)}
     */
    public final <T> FusedUpdater with(Hyperparameter<T> hyperparameter, T value) {
        return learningRateSchedule == null
                ? new FusedUpdater(values().withLearningRate(learningRate).with(hyperparameter, value))
                : new FusedUpdater(values().with(hyperparameter, value), learningRateSchedule);
    }

    /**
     * This updater with a schedule in the place of its learning rate.
     *
     * @param schedule the learning rate of each iteration; with AdaBound, it begins with that of this updater
     * @return another updater, which is a {@code FusedUpdater} whatever this one is
     */
    public final FusedUpdater withSchedule(ISchedule schedule) {
        return new FusedUpdater(values(), schedule);
    }

    private static void requireNoParameters(Hyperparameters h) {
        if (h.algorithm().isLayerwise()) {
            throw new InvalidHyperparameterException(h.algorithm() + " measures each layer by itself, but an updater "
                    + "sees the gradients of several layers in one array, and not the parameters");
        }
        if (ScheduleFree.has(h.algorithm())) {
            throw new InvalidHyperparameterException(h.algorithm() + " trains a model that is an average of iterates, "
                    + "which an updater cannot put in the place of the parameters");
        }
        if (h.weightDecay() != 0) {
            throw new InvalidHyperparameterException("weightDecay is " + h.weightDecay() + ", but an updater does not "
                    + "see the parameters: set weightDecay(...) or l2(...) on the network's configuration, where it is "
                    + "the framework's");
        }
        if (h.centralizesGradients()) {
            throw new InvalidHyperparameterException("centralizeGradients is set, but an updater does not know the "
                    + "rows of what it steps");
        }
        if (h.hasLookahead()) {
            throw new InvalidHyperparameterException("lookaheadSteps is " + h.get(Hyperparameters.LOOKAHEAD_STEPS)
                    + ", but an updater does not see the parameters, which its slow weights are made of");
        }
    }

    private void setRate(double rate, ISchedule schedule) {
        if (schedule == null) {
            values().withLearningRate(rate); // fails if it is out of range
        }
        learningRate = rate;
        learningRateSchedule = schedule;
    }

    /** The hyperparameters, with any learning rate. */
    private Hyperparameters values() {
        if (read == null) {
            read = Hyperparameters.parse(Algorithm.named(algorithm), hyperparameters);
        }
        return read;
    }

    /**
     * The hyperparameters of an iteration.
     *
     * @param iteration the iteration, from 0
     * @param epoch     the epoch, from 0
     * @return with the learning rate of that iteration
     * @throws InvalidHyperparameterException if a schedule gives a learning rate that is out of range
     */
    public final Hyperparameters hyperparameters(int iteration, int epoch) {
        return values().withLearningRate(rate(iteration, epoch));
    }

    private double rate(int iteration, int epoch) {
        return learningRateSchedule == null ? learningRate : learningRateSchedule.valueAt(iteration, epoch);
    }

    /** The names of the buffers of state, in the order in which they are in the view array. */
    final List<String> stateNames() {
        return values().state().stream().filter(Objects::nonNull).map(buffer -> buffer.name()).toList();
    }

    @Override
    public long stateSize(long numParams) {
        return Math.multiplyExact(stateNames().size(), numParams);
    }

    @Override
    public GradientUpdater<?> instantiate(INDArray viewArray, boolean initializeViewArray) {
        FusedGradientUpdater updater = new FusedGradientUpdater(this);
        updater.setStateViewArray(viewArray, initializeViewArray);
        return updater;
    }

    @Override
    public GradientUpdater<?> instantiate(Map<String, INDArray> updaterState, boolean initializeStateArrays) {
        FusedGradientUpdater updater = new FusedGradientUpdater(this);
        updater.setState(updaterState, initializeStateArrays);
        return updater;
    }

    @Override
    public double getLearningRate(int iteration, int epoch) {
        return rate(iteration, epoch);
    }

    @Override
    public boolean hasLearningRate() {
        return true;
    }

    /**
     * Sets the learning rate, or a schedule in its place.
     *
     * @throws InvalidHyperparameterException if there is no schedule and the learning rate is out of range; nothing is
     *     changed
     */
    @Override
    public void setLrAndSchedule(double lr, ISchedule lrSchedule) {
        setRate(lr, lrSchedule);
    }

    @Override
    public FusedUpdater clone() {
        try {
            return (FusedUpdater) super.clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof FusedUpdater u && getClass() == u.getClass() && algorithm.equals(u.algorithm)
                && Double.compare(learningRate, u.learningRate) == 0
                && Objects.equals(learningRateSchedule, u.learningRateSchedule) && values().equals(u.values());
    }

    @Override
    public final int hashCode() {
        return Objects.hash(algorithm, learningRate, learningRateSchedule, values());
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "(" + algorithm + ", "
                + (learningRateSchedule == null ? "learningRate=" + learningRate : learningRateSchedule) + ", "
                + hyperparameters + ")";
    }
}
