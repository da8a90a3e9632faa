package io.radam;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The hyperparameters of a parameter group, of one {@link Algorithm}. Immutable, always valid, and compared by value.
 *
 * <p>{@code radam_hyperparameters} in {@code radam.h} documents each. Those that all algorithms have are read by a
 * method of their name, all by their {@link Hyperparameter}:
 *
 * {@snippet :
 * Hyperparameters h = RAdam.Preset.PYTORCH.hyperparameters().with(AdamSettings.EPSILON, 1e-6);
 * double learningRate = h.learningRate();
 * double epsilon = h.get(AdamSettings.EPSILON);
 * }
 */
public final class Hyperparameters {
    /** The learning rate: finite and at least 0. With AdaBound, see {@link AdaBoundSettings#BASE_LEARNING_RATE}. */
    public static final Hyperparameter<Double> LEARNING_RATE =
            Hyperparameter.real("learningRate", 1e-3, x -> x >= 0 && Double.isFinite(x), "finite and at least 0");

    /** The weight decay: at least 0. */
    public static final Hyperparameter<Double> WEIGHT_DECAY = Hyperparameter.real("weightDecay", 0.0,
            x -> x >= 0 && Float.isFinite(x.floatValue()), "at least 0 and finite as float32");

    /** How the weight decay acts, where an algorithm leaves that open. */
    public static final Hyperparameter<WeightDecay> WEIGHT_DECAY_MODE =
            Hyperparameter.choice("weightDecayMode", WeightDecay.L2);

    /** Whether to step up the gradient instead of down. */
    public static final Hyperparameter<Boolean> MAXIMIZE = Hyperparameter.flag("maximize");

    /** The number by which gradients are multiplied before anything else: more than 0. */
    public static final Hyperparameter<Double> GRADIENT_SCALE = Hyperparameter.positive("gradientScale", 1.0);

    /**
     * Lookahead around the algorithm, whatever it is: the parameters take its slow weights in each step whose number is
     * a multiple of this; 0: no Lookahead. See {@link Settings#lookahead}. It, {@link #LOOKAHEAD_ALPHA} and {@link
     * #LOOKAHEAD_MOMENTUM} are not in {@link Algorithm#hyperparameters()}, since they are no algorithm's own, but can
     * be had, set and parsed like those.
     */
    public static final Hyperparameter<Long> LOOKAHEAD_STEPS = Hyperparameter.steps("lookaheadSteps");

    /**
     * How far Lookahead's slow weights go towards the parameters: in (0, 1]. Without Lookahead it is always the default:
     * what it is set to counts only if {@link #LOOKAHEAD_STEPS} is set, too, when the hyperparameters are built.
     */
    public static final Hyperparameter<Double> LOOKAHEAD_ALPHA = Hyperparameter.real("lookaheadAlpha", 0.5,
            x -> x.floatValue() > 0 && x <= 1, "more than 0, as float32 too, and at most 1");

    /**
     * Gradient centralization before the algorithm, whatever it is: see {@link Settings#centralizeGradients}. Like
     * {@link #LOOKAHEAD_STEPS} it is no algorithm's own.
     */
    public static final Hyperparameter<Boolean> CENTRALIZE_GRADIENTS = Hyperparameter.flag("centralizeGradients");

    /**
     * What becomes of the algorithm's momentum where the parameters take Lookahead's slow weights. Without Lookahead
     * it is always the default, as {@link #LOOKAHEAD_ALPHA} is.
     */
    public static final Hyperparameter<LookaheadMomentum> LOOKAHEAD_MOMENTUM =
            Hyperparameter.choice("lookaheadMomentum", LookaheadMomentum.KEEP);

    /** Those that are around any algorithm. */
    private static final List<Hyperparameter<?>> AROUND = List.of(LOOKAHEAD_STEPS, LOOKAHEAD_ALPHA,
            LOOKAHEAD_MOMENTUM, CENTRALIZE_GRADIENTS);

    private final Algorithm algorithm;
    /** In the order of the algorithm's hyperparameters, and last those that are around it. */
    private final Object[] values;

    private Hyperparameters(Algorithm algorithm, Object[] values) {
        this.algorithm = algorithm;
        this.values = values;
        algorithm.definition().check(this);
        AROUND.forEach(this::check);
        if (!hasLookahead()) {
            values[indexIn(algorithm, LOOKAHEAD_ALPHA)] = LOOKAHEAD_ALPHA.defaultValue();
            values[indexIn(algorithm, LOOKAHEAD_MOMENTUM)] = LOOKAHEAD_MOMENTUM.defaultValue();
        }
        requireMomentum();
    }

    /** Fails where there is no momentum of which Lookahead could make another. */
    private void requireMomentum() {
        LookaheadMomentum momentum = get(LOOKAHEAD_MOMENTUM);
        if (momentum != LookaheadMomentum.KEEP && momenta().isEmpty()) {
            throw new InvalidHyperparameterException(LOOKAHEAD_MOMENTUM + " is " + momentum + ", but " + algorithm
                    + " has no momentum with these hyperparameters: its state is " + names(ofAlgorithm()));
        }
    }

    /**
     * The algorithm that has these hyperparameters.
     *
     * @return the algorithm
     */
    public Algorithm algorithm() {
        return algorithm;
    }

    /**
     * The value of a hyperparameter.
     *
     * @param <T> its type
     * @param hyperparameter one of the algorithm's
     * @return the value
     * @throws InvalidHyperparameterException if the algorithm does not have it
     */
    public <T> T get(Hyperparameter<T> hyperparameter) {
        return hyperparameter.type().cast(values[indexIn(algorithm, hyperparameter)]);
    }

    /**
     * These hyperparameters with one changed. To change several at once, see {@link #toBuilder()}.
     *
     * @param <T> its type
     * @param hyperparameter one of the algorithm's
     * @param value          the new value
     * @return a copy
     * @throws InvalidHyperparameterException if the algorithm does not have it, or the value is out of range
     */
    public <T> Hyperparameters with(Hyperparameter<T> hyperparameter, T value) {
        return toBuilder().set(hyperparameter, value).build();
    }

    /**
     * The learning rate.
     *
     * @return at least 0
     */
    public double learningRate() {
        return get(LEARNING_RATE);
    }

    /**
     * These hyperparameters with another learning rate. Of {@link AdaBound} the final one follows in proportion: where
     * training begins with this rate, {@link AdaBoundSettings#BASE_LEARNING_RATE} is to be the same.
     *
     * @param learningRate at least 0
     * @return a copy
     * @throws InvalidHyperparameterException if the learning rate is out of range
     */
    public Hyperparameters withLearningRate(double learningRate) {
        return with(LEARNING_RATE, learningRate);
    }

    /**
     * The weight decay.
     *
     * @return at least 0
     */
    public double weightDecay() {
        return get(WEIGHT_DECAY);
    }

    /**
     * These hyperparameters with another weight decay.
     *
     * @param weightDecay at least 0
     * @return a copy
     * @throws InvalidHyperparameterException if the weight decay is out of range
     */
    public Hyperparameters withWeightDecay(double weightDecay) {
        return with(WEIGHT_DECAY, weightDecay);
    }

    /**
     * The number by which gradients are multiplied before anything else.
     *
     * @return more than 0
     */
    public double gradientScale() {
        return get(GRADIENT_SCALE);
    }

    /**
     * These hyperparameters with another gradient scale, for example one over a loss scale.
     *
     * @param gradientScale more than 0
     * @return a copy
     * @throws InvalidHyperparameterException if the scale is out of range
     */
    public Hyperparameters withGradientScale(double gradientScale) {
        return with(GRADIENT_SCALE, gradientScale);
    }

    /**
     * Whether steps go up the gradient instead of down.
     *
     * @return true to maximize
     */
    public boolean maximize() {
        return get(MAXIMIZE);
    }

    /**
     * Whether there is {@linkplain Settings#lookahead Lookahead} around the algorithm.
     *
     * @return true if {@link #LOOKAHEAD_STEPS} is more than 0
     */
    public boolean hasLookahead() {
        return get(LOOKAHEAD_STEPS) > 0;
    }

    /**
     * Whether gradients are {@linkplain Settings#centralizeGradients centralized} before the algorithm.
     *
     * @return true if {@link #CENTRALIZE_GRADIENTS} is
     */
    public boolean centralizesGradients() {
        return get(CENTRALIZE_GRADIENTS);
    }

    /**
     * The buffers of state that these hyperparameters need.
     *
     * @return those of {@link Algorithm#state()}, in its order; null in place of each that is not needed; with
     *     Lookahead, {@link StateBuffer#SLOW_PARAM} after them, and with {@link LookaheadMomentum#PULLBACK} one more
     *     for each momentum, whose name is the momentum's after {@code slow_}
     */
    public List<StateBuffer> state() {
        List<StateBuffer> state = ofAlgorithm();
        if (hasLookahead()) {
            state.add(StateBuffer.SLOW_PARAM);
        }
        if (pullsMomentum()) {
            momenta().forEach(buffer -> state.add(buffer.slow()));
        }
        return Collections.unmodifiableList(state);
    }

    private List<StateBuffer> ofAlgorithm() {
        AlgorithmDefinition definition = algorithm.definition();
        List<StateBuffer> state = new ArrayList<>();
        definition.state.forEach(buffer -> state.add(definition.isPresent(buffer, this) ? buffer : null));
        return state;
    }

    private List<StateBuffer> momenta() {
        return ofAlgorithm().stream().filter(buffer -> buffer != null && buffer.isMomentum()).toList();
    }

    private boolean pullsMomentum() {
        return get(LOOKAHEAD_MOMENTUM) == LookaheadMomentum.PULLBACK;
    }

    /**
     * All hyperparameters as text, for a file. {@link #parse} reads it.
     *
     * @return values by name, in the order of {@link Algorithm#hyperparameters()}, and those around it where there is
     *     something, {@link #LOOKAHEAD_MOMENTUM} only where it is not the default; immutable
     */
    public Map<String, String> toText() {
        Map<String, String> text = new LinkedHashMap<>();
        algorithm.hyperparameters().forEach(each -> text.put(each.name(), Hyperparameter.text(get(each))));
        if (hasLookahead()) {
            text.put(LOOKAHEAD_STEPS.name(), Hyperparameter.text(get(LOOKAHEAD_STEPS)));
            text.put(LOOKAHEAD_ALPHA.name(), Hyperparameter.text(get(LOOKAHEAD_ALPHA)));
            text.put(LOOKAHEAD_MOMENTUM.name(), Hyperparameter.text(get(LOOKAHEAD_MOMENTUM)));
        }
        if (centralizesGradients()) {
            text.put(CENTRALIZE_GRADIENTS.name(), Hyperparameter.text(true));
        }
        // Files of before it was there stay as they were.
        text.remove(LOOKAHEAD_MOMENTUM.name(), LookaheadMomentum.KEEP.name());
        return Collections.unmodifiableMap(text);
    }

    /**
     * Reads what {@link #toText} wrote. The values are exactly the same.
     *
     * @param algorithm whose hyperparameters they are
     * @param text      values by name; those that are missing have their defaults
     * @return the hyperparameters
     * @throws InvalidHyperparameterException if a name is unknown, a text is not that of a value, or a value is out of
     *     range
     */
    public static Hyperparameters parse(Algorithm algorithm, Map<String, String> text) {
        Builder builder = new Builder(algorithm);
        text.forEach((name, value) -> builder.parse(find(algorithm, name), value));
        return builder.build();
    }

    /** Whether a name is that of a hyperparameter around any algorithm. */
    static boolean isAroundAny(String name) {
        return AROUND.stream().anyMatch(each -> each.name().equals(name));
    }

    private static Hyperparameter<?> find(Algorithm algorithm, String name) {
        return Stream.concat(algorithm.hyperparameters().stream(), AROUND.stream())
                .filter(h -> h.name().equals(name)).findFirst()
                .orElseThrow(() -> none(algorithm, name));
    }

    private static InvalidHyperparameterException none(Algorithm algorithm, String name) {
        return new InvalidHyperparameterException(algorithm + " has no hyperparameter " + name + ", but "
                + algorithm.hyperparameters());
    }

    private static int indexIn(Algorithm algorithm, Hyperparameter<?> hyperparameter) {
        Objects.requireNonNull(hyperparameter, "hyperparameter");
        List<Hyperparameter<?>> all = algorithm.hyperparameters();
        for (int i = 0; i < all.size(); i++) { // not indexOf: it is asked for in each step after a change
            if (all.get(i) == hyperparameter) {
                return i;
            }
        }
        int around = AROUND.indexOf(hyperparameter);
        if (around >= 0) {
            return all.size() + around;
        }
        if (all.stream().anyMatch(each -> each.name().equals(hyperparameter.name()))) {
            throw new InvalidHyperparameterException("this " + hyperparameter.name() + " is not that of " + algorithm
                    + ", which has another constant of the name, in the settings of its own builder");
        }
        throw none(algorithm, hyperparameter.name());
    }

    /** Fails if these are hyperparameters of another algorithm. */
    void requireAlgorithm(Algorithm expected) {
        if (algorithm != expected) {
            throw new InvalidHyperparameterException("these are hyperparameters of " + algorithm.unlike(expected)
                    + ", but the algorithm of the group is " + expected + ": " + this);
        }
    }

    /**
     * Fails unless other hyperparameters need the same state.
     *
     * @throws InvalidHyperparameterException if they are of another algorithm, or need other buffers
     */
    void requireSameState(Hyperparameters others) {
        others.requireAlgorithm(algorithm);
        if (centralizesGradients() != others.centralizesGradients()) {
            throw new InvalidHyperparameterException("centralizeGradients of a group cannot change once it is built: "
                    + "it is " + centralizesGradients());
        }
        if (!wantsStateOf(others)) {
            throw new InvalidHyperparameterException("the state of a group cannot change once it is built: it has "
                    + names(state()) + ", and " + names(others.state()) + " would be needed by " + others);
        }
    }

    /** Allocates nothing, since a schedule may change hyperparameters in each step. */
    private boolean wantsStateOf(Hyperparameters others) {
        AlgorithmDefinition definition = algorithm.definition();
        for (int i = 0; i < definition.state.size(); i++) {
            StateBuffer buffer = definition.state.get(i);
            if (definition.isPresent(buffer, this) != definition.isPresent(buffer, others)) {
                return false;
            }
        }
        return hasLookahead() == others.hasLookahead() && pullsMomentum() == others.pullsMomentum();
    }

    private static List<String> names(List<StateBuffer> state) {
        return state.stream().filter(Objects::nonNull).map(StateBuffer::name).toList();
    }

    /** Fails if one of them is out of its own range. */
    <T> void check(Hyperparameter<T> hyperparameter) {
        hyperparameter.check(get(hyperparameter));
    }

    /**
     * A builder that starts from these.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Changes several hyperparameters at once. They are checked when all are set. */
    public static final class Builder {
        private final Algorithm algorithm;
        private final Object[] values;

        /** With the algorithm's defaults. */
        Builder(Algorithm algorithm) {
            this.algorithm = algorithm;
            values = Stream.concat(algorithm.hyperparameters().stream(), AROUND.stream())
                    .map(Hyperparameter::defaultValue).toArray();
            algorithm.definition().setDefaults(this);
        }

        private Builder(Hyperparameters start) {
            algorithm = start.algorithm;
            values = start.values.clone();
        }

        /** Like another, which may not be valid. */
        Builder(Builder start) {
            algorithm = start.algorithm;
            values = start.values.clone();
        }

        Algorithm algorithm() {
            return algorithm;
        }

        /**
         * Sets a hyperparameter.
         *
         * @param <T> its type
         * @param hyperparameter one of the algorithm's
         * @param value          the value
         * @return this builder
         * @throws InvalidHyperparameterException if the algorithm does not have it
         */
        public <T> Builder set(Hyperparameter<T> hyperparameter, T value) {
            values[indexIn(algorithm, hyperparameter)] = Objects.requireNonNull(value, hyperparameter.name());
            return this;
        }

        /** Sets all hyperparameters. */
        void setAll(Hyperparameters from) {
            from.requireAlgorithm(algorithm);
            System.arraycopy(from.values, 0, values, 0, values.length);
        }

        private <T> void parse(Hyperparameter<T> hyperparameter, String text) {
            set(hyperparameter, hyperparameter.parse(text));
        }

        /**
         * Checks all hyperparameters.
         *
         * @return the hyperparameters
         * @throws InvalidHyperparameterException if one is out of range or NaN, or two together are, or if no step
         *     would ever move a parameter
         */
        public Hyperparameters build() {
            return new Hyperparameters(algorithm, values.clone());
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Hyperparameters h && algorithm == h.algorithm && Arrays.equals(values, h.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    /**
     * The algorithm and all hyperparameters.
     *
     * @return such as {@code lion[learningRate=1.0E-4, ...]}
     */
    @Override
    public String toString() {
        return algorithm + toText().entrySet().stream().map(Map.Entry::toString)
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
