package io.radam;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A hyperparameter of an algorithm, which is a number or a choice, such as {@link Hyperparameters#LEARNING_RATE}.
 *
 * {@snippet :
 * Hyperparameters h = group.hyperparameters();
 * double beta2 = h.get(AdamSettings.BETA2);
 * group.setHyperparameters(h.with(AdamSettings.BETA2, 0.99));
 * }
 *
 * @param <T> the type of its values: {@link Double}, {@link Long}, {@link Boolean} or an enum
 */
public final class Hyperparameter<T> {
    /** No text of a value is longer in a file. */
    private static final int LONGEST_TEXT = 100;

    private final String name;
    private final Class<T> type;
    private final T defaultValue;
    private final Predicate<T> range;
    private final String rangeText;
    private final Function<String, T> parser;

    private Hyperparameter(String name, T defaultValue, Class<T> type, Predicate<T> range, String rangeText,
            Function<String, T> parser) {
        this.name = Names.require("a hyperparameter", name);
        this.type = type;
        this.defaultValue = defaultValue;
        this.range = Objects.requireNonNull(range, "range");
        this.rangeText = Objects.requireNonNull(rangeText, "rangeText");
        this.parser = parser;
    }

    /**
     * A real number, for a {@link CustomAlgorithm}.
     *
     * @param name         by which it is shown and saved: up to 64 letters, digits, points, underscores and hyphens;
     *                     the first is a letter
     * @param defaultValue in the range
     * @param range        whether a value is in the range; NaN should not be
     * @param rangeText    ends the sentence that begins with the name and "must be", such as {@code at least 0}
     * @return a new hyperparameter
     * @throws IllegalArgumentException if the name is not of that form
     */
    public static Hyperparameter<Double> real(String name, double defaultValue, Predicate<Double> range,
            String rangeText) {
        return new Hyperparameter<>(name, defaultValue, Double.class, range, rangeText, Double::valueOf);
    }

    /**
     * The decay rate of an average, in [0, 1).
     *
     * @param name         as for {@link #real}
     * @param defaultValue in [0, 1)
     * @return a new hyperparameter
     * @throws IllegalArgumentException as {@link #real}
     */
    public static Hyperparameter<Double> rate(String name, double defaultValue) {
        return real(name, defaultValue, x -> x >= 0 && x < 1, "in [0, 1)");
    }

    /** What is added to a denominator. */
    static Hyperparameter<Double> epsilon(double defaultValue) {
        return atLeastZero("epsilon", defaultValue);
    }

    static Hyperparameter<Double> atLeastZero(String name, double defaultValue) {
        return real(name, defaultValue, x -> x >= 0 && Float.isFinite(x.floatValue()),
                "at least 0 and finite as float32");
    }

    /** A number that has to be more than 0, also as float32. */
    static Hyperparameter<Double> positive(String name, double defaultValue) {
        return real(name, defaultValue, x -> x.floatValue() > 0 && Float.isFinite(x.floatValue()),
                "more than 0 and finite, both as float32");
    }

    /** A number that is 0, or more than 0 also as float32. */
    static Hyperparameter<Double> zeroOrPositive(String name) {
        return real(name, 0, x -> x == 0 || x.floatValue() > 0 && Float.isFinite(x.floatValue()),
                "0, or more than 0 and finite, both as float32");
    }

    /** A whole number in a range. */
    static Hyperparameter<Long> count(String name, long defaultValue, Predicate<Long> range, String rangeText) {
        return new Hyperparameter<>(name, defaultValue, Long.class, range, rangeText, Long::valueOf);
    }

    /** How much of an average there is where Schedule-Free takes gradients. To have the average is to divide by it. */
    static Hyperparameter<Double> interpolation(String name, double defaultValue) {
        return real(name, defaultValue, x -> x > 0 && x < 1 && Float.isFinite((float) (1 / x)),
                "in (0, 1), and its inverse finite as float32");
    }

    /** A power in the weights of Schedule-Free's average. */
    static Hyperparameter<Double> powerOfWeights(String name, double defaultValue) {
        return real(name, defaultValue, x -> x >= 0 && x <= 16, "in [0, 16]");
    }

    /** What sums of squares begin with. */
    static Hyperparameter<Double> initialAccumulator(double defaultValue) {
        return real("initialAccumulator", defaultValue, x -> x >= 0 && x <= 0x1p127, "in [0, 2^127]");
    }

    /**
     * A number of steps, at least 0; 0 unless set.
     *
     * @param name as for {@link #real}
     * @return a new hyperparameter
     * @throws IllegalArgumentException as {@link #real}
     */
    public static Hyperparameter<Long> steps(String name) {
        return new Hyperparameter<>(name, 0L, Long.class, x -> x >= 0, "at least 0", Long::valueOf);
    }

    /**
     * A choice between true and false; false unless set.
     *
     * @param name as for {@link #real}
     * @return a new hyperparameter
     * @throws IllegalArgumentException as {@link #real}
     */
    public static Hyperparameter<Boolean> flag(String name) {
        return new Hyperparameter<>(name, false, Boolean.class, x -> true, "", Hyperparameter::parseBoolean);
    }

    /**
     * A choice among the constants of an enum.
     *
     * @param <E>          the enum, whose constants are shown and saved by their names
     * @param name         as for {@link #real}
     * @param defaultValue what it is unless set
     * @return a new hyperparameter
     * @throws IllegalArgumentException as {@link #real}, or if the name of a constant is longer than 100 characters
     */
    public static <E extends Enum<E>> Hyperparameter<E> choice(String name, E defaultValue) {
        Class<E> type = Objects.requireNonNull(defaultValue, "defaultValue").getDeclaringClass();
        for (E each : type.getEnumConstants()) {
            if (each.name().length() > LONGEST_TEXT) {
                throw new IllegalArgumentException("the constants of " + name + " have at most " + LONGEST_TEXT
                        + " characters, but there is " + each.name());
            }
        }
        return new Hyperparameter<>(name, defaultValue, type, x -> true, "", text -> Enum.valueOf(type, text));
    }

    private static Boolean parseBoolean(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    /**
     * The name, which is also that of a builder's method, or of one of its arguments.
     *
     * @return such as {@code learningRate}
     */
    public String name() {
        return name;
    }

    /**
     * The type of its values.
     *
     * @return {@link Double}, {@link Long}, {@link Boolean} or an enum
     */
    public Class<T> type() {
        return type;
    }

    /**
     * The value that it has in {@link Algorithm#defaults()}, unless the algorithm has another.
     *
     * @return the value
     */
    public T defaultValue() {
        return defaultValue;
    }

    /**
     * Reads a value from its text, as {@link Hyperparameters#toText} writes it. Every value is read back exactly.
     *
     * @param text such as {@code 0.001}, {@code true} or {@code DECOUPLED}
     * @return the value; it may be out of range
     * @throws InvalidHyperparameterException if it is not the text of a value
     */
    public T parse(String text) {
        try {
            return parser.apply(Objects.requireNonNull(text, "text"));
        } catch (IllegalArgumentException e) {
            throw new InvalidHyperparameterException(name + " is not " + article() + ": \"" + text + "\"");
        }
    }

    /** The text of a value. An enum's {@code toString} may be anything. */
    static String text(Object value) {
        return value instanceof Enum<?> constant ? constant.name() : value.toString();
    }

    private String article() {
        if (type == Double.class) {
            return "a number";
        }
        if (type == Long.class) {
            return "a whole number";
        }
        return type == Boolean.class ? "true or false" : "one of "
                + Arrays.stream(type.getEnumConstants()).map(Hyperparameter::text).toList();
    }

    /** Fails if a value is out of range. */
    void check(T value) {
        if (!range.test(value)) {
            throw new InvalidHyperparameterException(name + " must be " + rangeText + ", but is " + text(value));
        }
    }

    /**
     * The name.
     *
     * @return as {@link #name()}
     */
    @Override
    public String toString() {
        return name;
    }
}
