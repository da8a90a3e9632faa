package io.radam;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * An algorithm of the user's own, whose rule is written in Java. It has everything that an algorithm of the library
 * has, but native speed and GPUs: parameter groups and schedules, every type of parameters, gradients and state with
 * its rounding, every kind of memory, clipping and scaling, any number of threads with the same bits, snapshots and
 * checkpoints.
 *
 * {@snippet :
 * static final Hyperparameter<Double> BETA = Hyperparameter.rate("beta", 0.9);
 *
 * static final CustomAlgorithm MOMENTUM = CustomAlgorithm.builder("example.momentum")
 *         .hyperparameters(BETA)
 *         .state("exp_avg", true)
 *         .coefficients((step, h, c) -> {
 *             c[0] = 1 - h.get(BETA);
 *             c[1] = h.learningRate();
 *         }, "oneMinusBeta", "stepSize")
 *         .rule((count, c, p, g, state) -> momentum(count, c[0], c[1], p, g, state[0])) // as CustomRule shows
 *         .build();
 *
 * Optimizer optimizer = Optimizer.builder(MOMENTUM.defaults().with(BETA, 0.95)).parameter(weight).build();
 * }
 *
 * <p>All have the hyperparameters {@code learningRate}, {@code weightDecay}, {@code maximize} and {@code
 * gradientScale}. The library multiplies gradients by their scales, clips them, and adds L2 decay; the rule has to use
 * the learning rate. Decoupled decay is the rule's too: see {@link Builder#decouplesDecay()}.
 *
 * <p>Its steps are computed in Java, whatever the optimizer's {@link Backend} is. Gradients are still measured by that
 * backend, and groups of other algorithms are stepped by it.
 *
 * <p>A parameter whose memory is confined to a thread is stepped by that thread alone.
 *
 * <p>If a rule throws an exception, the step ends with it. No step number is counted then, and what the rule was given
 * in that call is as it was; but other elements may have been stepped, before or by other threads. So the training
 * should go on from a snapshot. A rule that reaches beyond its arrays is such a case.
 *
 * <p>An algorithm is compared by identity. A snapshot fits an optimizer with the same algorithm; a file has its name,
 * and is read with it at hand.
 */
public final class CustomAlgorithm extends Algorithm {
    /** As many as the library's random bits are for. */
    private static final int MOST_BUFFERS = 6;
    /** Without points, since it is a part of names of tensors. */
    private static final Pattern NAME_OF_BUFFER = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,63}");
    /** What files have beside buffers. */
    private static final String STEP = "step";

    private final CustomCoefficients coefficients;
    private final List<String> coefficientNames;
    private final CustomRule rule;

    private CustomAlgorithm(Builder builder) {
        super(Kind.CUSTOM, new CustomDefinition(builder));
        coefficients = builder.coefficients;
        coefficientNames = List.copyOf(builder.coefficientNames);
        rule = builder.rule;
    }

    /**
     * Begins an algorithm.
     *
     * @param name that no algorithm of the library has, now or later: best with a prefix of one's own, such as {@code
     *             example.adabelief}. Up to 64 letters, digits, points, underscores and hyphens; the first is a letter
     * @return a new builder
     * @throws IllegalArgumentException if the name is not of that form, or is that of an algorithm of the library
     */
    public static Builder builder(String name) {
        Names.require("an algorithm", name);
        for (Algorithm algorithm : values()) {
            if (algorithm.toString().equals(name)) {
                throw new IllegalArgumentException("the library has an algorithm of the name " + name);
            }
        }
        return new Builder(name);
    }

    /**
     * The names of the coefficients.
     *
     * @return in their order; immutable
     */
    public List<String> coefficientNames() {
        return coefficientNames;
    }

    /**
     * What computes the coefficients.
     *
     * @return as it was given
     */
    public CustomCoefficients coefficients() {
        return coefficients;
    }

    /**
     * The rule.
     *
     * @return as it was given
     */
    public CustomRule rule() {
        return rule;
    }

    /** Describes an algorithm. Everything is checked as it is set, and together when it is built. */
    public static final class Builder {
        final String name;
        final List<Hyperparameter<?>> hyperparameters = new ArrayList<>();
        final Map<Hyperparameter<?>, Object> defaults = new HashMap<>();
        final List<StateBuffer> state = new ArrayList<>();
        /** For each buffer, which hyperparameters need it. */
        final List<Predicate<Hyperparameters>> needed = new ArrayList<>();
        boolean decouplesDecay;
        private List<String> coefficientNames = List.of();
        private CustomCoefficients coefficients;
        private CustomRule rule;

        private Builder(String name) {
            this.name = name;
        }

        /**
         * Adds hyperparameters, beside those that all algorithms have.
         *
         * @param added of names of their own
         * @return this builder
         */
        public Builder hyperparameters(Hyperparameter<?>... added) {
            for (Hyperparameter<?> hyperparameter : added) {
                hyperparameters.add(Objects.requireNonNull(hyperparameter, "hyperparameter"));
            }
            return this;
        }

        /**
         * Sets a default of this algorithm, in place of the hyperparameter's own: such as that of the learning rate.
         *
         * @param <T> the type of its values
         * @param hyperparameter one of the algorithm's
         * @param value          in its range
         * @return this builder
         */
        public <T> Builder defaultValue(Hyperparameter<T> hyperparameter, T value) {
            defaults.put(Objects.requireNonNull(hyperparameter, "hyperparameter"),
                    Objects.requireNonNull(value, hyperparameter.name()));
            return this;
        }

        /**
         * Adds a buffer of state, with as many elements as the parameter, all 0 before step 1.
         *
         * @param buffer its name, such as {@code exp_avg}, which tensors in files have: up to 64 letters, digits and
         *               underscores, of which the first is a letter; not {@code step}, and not beginning with
         *               {@code slow_}, as Lookahead's do
         * @param signed whether its elements can be negative. If not, a small type of state is twice as fine, and what
         *               is above 0 stays above 0; a negative number must not be stored in it then. The rule keeps
         *               all numbers finite, and those of {@link StateType#BLOCK8} below 2^127 in magnitude
         * @return this builder
         * @throws IllegalArgumentException if the name is not of that form, there is a buffer of that name, or there
         *     are 6 buffers already
         */
        public Builder state(String buffer, boolean signed) {
            return state(buffer, signed, h -> true);
        }

        /**
         * Adds a buffer of state that only some hyperparameters need, such as AMSGrad's.
         *
         * @param buffer   as for {@link #state(String, boolean)}
         * @param signed   as for {@link #state(String, boolean)}
         * @param neededBy whether hyperparameters need it; a group's cannot change in that
         * @return this builder
         * @throws IllegalArgumentException as {@link #state(String, boolean)}
         */
        public Builder state(String buffer, boolean signed, Predicate<Hyperparameters> neededBy) {
            if (!NAME_OF_BUFFER.matcher(Objects.requireNonNull(buffer, "buffer")).matches() || buffer.equals(STEP)
                    || StateBuffer.isOfLookahead(buffer)) {
                throw new IllegalArgumentException("the name of a buffer must be a letter and up to 63 letters, digits "
                        + "and underscores, and neither " + STEP + " nor one of Lookahead, such as "
                        + StateBuffer.SLOW_PARAM.name() + ", but is \"" + buffer + "\"");
            }
            if (state.size() == MOST_BUFFERS) {
                throw new IllegalArgumentException("an algorithm has at most " + MOST_BUFFERS + " buffers of state: "
                        + buffer + " is one too many");
            }
            if (state.stream().anyMatch(each -> each.name().equals(buffer))) {
                throw new IllegalArgumentException("there are two buffers of the name " + buffer);
            }
            needed.add(Objects.requireNonNull(neededBy, "neededBy"));
            state.add(new StateBuffer(buffer, signed, 0));
            return this;
        }

        /**
         * Tells that the rule does decoupled weight decay. The algorithm has {@link Hyperparameters#WEIGHT_DECAY_MODE}
         * then. Where that is {@link WeightDecay#L2}, the library adds the decay to gradients; else the coefficients
         * have to have it, {@code h.learningRate() * h.weightDecay()}, and the rule takes that part of itself from each
         * value. Without this call, there is L2 decay only.
         *
         * @return this builder
         */
        public Builder decouplesDecay() {
            decouplesDecay = true;
            return this;
        }

        /**
         * Sets the coefficients.
         *
         * @param function computes them
         * @param names    by which {@link Coefficients.Custom} and messages call them, in their order
         * @return this builder
         * @throws IllegalArgumentException if two have the same name
         */
        public Builder coefficients(CustomCoefficients function, String... names) {
            Set<String> seen = new HashSet<>();
            for (String each : names) {
                if (!seen.add(Objects.requireNonNull(each, "name"))) {
                    throw new IllegalArgumentException("there are two coefficients of the name " + each);
                }
            }
            coefficients = Objects.requireNonNull(function, "function");
            coefficientNames = Arrays.asList(names.clone());
            return this;
        }

        /**
         * Sets the rule.
         *
         * @param rule what a step does with each element
         * @return this builder
         */
        public Builder rule(CustomRule rule) {
            this.rule = Objects.requireNonNull(rule, "rule");
            return this;
        }

        /**
         * Builds the algorithm.
         *
         * @return the algorithm, whose {@link #defaults()} an optimizer's builder takes
         * @throws IllegalArgumentException if there is no rule or there are no coefficients, two hyperparameters have
         *     the same name, or a default is of a hyperparameter that the algorithm does not have
         * @throws InvalidHyperparameterException if a default is out of range
         */
        public CustomAlgorithm build() {
            if (rule == null || coefficients == null) {
                throw new IllegalArgumentException("the algorithm " + name + " has no "
                        + (rule == null ? "rule" : "coefficients"));
            }
            CustomAlgorithm algorithm = new CustomAlgorithm(this);
            Set<String> names = new HashSet<>();
            for (Hyperparameter<?> hyperparameter : algorithm.hyperparameters()) {
                if (Hyperparameters.isAroundAny(hyperparameter.name())) {
                    throw new IllegalArgumentException("a hyperparameter of " + name + " is called "
                            + hyperparameter.name() + ", as one of Lookahead is");
                }
                if (!names.add(hyperparameter.name())) {
                    throw new IllegalArgumentException("two hyperparameters of " + name + " are called "
                            + hyperparameter.name());
                }
            }
            algorithm.defaults();
            return algorithm;
        }
    }
}
