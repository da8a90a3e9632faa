package io.radam.robustness.fuzz;

import io.radam.DType;
import io.radam.Hyperparameters;
import io.radam.InvalidHyperparameterException;
import io.radam.Parameter;
import io.radam.StepOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/** What random calls are given. */
abstract class Arguments {
    private static final int MOST_SLOTS = 6;
    /** Of the memory for one parameter's state, any that does not fit spoils the rest. */
    static final int FEW = 40;
    private static final double[] RATES = {0, 1e-3, 0.1, 1, 1e30, 1e38, 1e300, -1, Double.NaN,
        Double.POSITIVE_INFINITY, 4.9e-324};

    final Model model;
    /** Of the present call. */
    SplittableRandom random;

    Arguments(Model model) {
        this.model = model;
    }

    final boolean oneOf(int many) {
        return random.nextInt(many) == 0;
    }

    /** A parameter of the optimizer; at times another one, or none. */
    final int parameter() {
        if (oneOf(20) || model.specs.isEmpty()) {
            return -1;
        }
        return model.slots.isEmpty() || oneOf(20) ? random.nextInt(model.specs.size())
                : model.slots.get(random.nextInt(model.slots.size())).number;
    }

    final int group() {
        return oneOf(20) ? -1 : oneOf(40) ? -2 : random.nextInt(model.groups.size());
    }

    /** Memory that fits; at times, that does not. */
    final Place place(DType type, long length) {
        Place.Base base = type.bytes() == 2 && oneOf(2) ? Place.Base.SHORTS
                : any(Place.Base.FLOATS, Place.Base.MORE_FLOATS, Place.Base.LONGS, Place.Base.NATIVE, Place.Base.NATIVE,
                        Place.Base.SHARED, Place.Base.CONFINED);
        return place(base, type.bytes(), length, 12);
    }

    /** The same for state, which cannot be on the heap. */
    final Place statePlace(int elementBytes, long length) {
        return place(any(Place.Base.NATIVE, Place.Base.NATIVE, Place.Base.SHARED, Place.Base.CONFINED), elementBytes,
                length, FEW);
    }

    /** The same for the scales of 8-bit state: other numbers than scales may be where none are read. */
    final Place scalesPlace(long length) {
        Place place = place(Place.Base.SCALES, Float.BYTES, length, FEW);
        return oneOf(FEW) ? new Place(any(Place.Base.FLOATS, Place.Base.FOREIGN, Place.Base.CLOSED), place.offset(),
                place.bytes(), false, 0) : place;
    }

    /** One in so many does not fit. */
    private Place place(Place.Base right, int elementBytes, long length, int many) {
        boolean wrong = oneOf(many);
        Place.Base other = Place.Base.values()[random.nextInt(Place.Base.SCALES.ordinal())];
        Place.Base base = wrong && right != Place.Base.SCALES && oneOf(2) ? other : right;
        int bytes = (int) length * elementBytes + (wrong && oneOf(4) ? random.nextInt(-2, 5) : 0);
        bytes = Math.max(0, Math.min(bytes, Place.BYTES / 2));
        int unit = wrong && oneOf(4) ? 1 : elementBytes;
        int offset = random.nextInt((Place.BYTES - bytes) / unit + 1) * unit;
        return new Place(base, offset, bytes, oneOf(30), oneOf(4) ? 1 : 0);
    }

    @SafeVarargs
    final <T> T any(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    final double number() {
        return oneOf(3) ? RATES[random.nextInt(RATES.length)] : random.nextDouble() / 8;
    }

    final StepOptions options() {
        StepOptions options = StepOptions.NONE;
        if (oneOf(2)) {
            return options;
        }
        options = options.withZeroGradients(oneOf(6)).withSkipNonFinite(oneOf(3)).withNormPerGroup(oneOf(2));
        if (oneOf(3)) {
            options = options.withLossScale(any(0.5, 1024.0, 1e38, 1e-37));
        }
        if (oneOf(3)) {
            options = options.withMaxGradientNorm(any(1e-3, 1.0, 1e10));
        }
        return oneOf(3) ? options.withMaxGradientValue(any(1e-3, 1.0)) : options;
    }

    static Hyperparameters lookahead(Hyperparameters h, long steps, double alpha) {
        return h.toBuilder().set(Hyperparameters.LOOKAHEAD_STEPS, steps).set(Hyperparameters.LOOKAHEAD_ALPHA, alpha)
                .build();
    }

    static boolean isValid(Hyperparameters h, Function<Hyperparameters, Hyperparameters> change) {
        try {
            change.apply(h);
            return true;
        } catch (InvalidHyperparameterException e) {
            return false;
        }
    }

    /** Makes state of what the memory of the caller holds for parameters that are to be added. */
    final List<Parameter> withState(Side side, List<Integer> numbers) {
        for (int number : numbers) {
            if (number >= 0 && model.slot(number) == null) {
                model.specs.get(number).scales().values().stream().filter(place -> place.base() == Place.Base.SCALES
                        && model.slots.stream().flatMap(slot -> slot.fixed().stream()).noneMatch(place::overlaps))
                        .forEach(side::resetScales);
            }
        }
        return side.parameters(numbers);
    }

    /** New ones, mostly. */
    final List<Integer> toAdd() {
        List<Integer> numbers = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0 && !model.specs.isEmpty(); i--) {
            numbers.add(random.nextInt(model.specs.size()));
        }
        if (oneOf(30)) {
            numbers.add(-1);
        }
        return model.slots.size() + numbers.size() > MOST_SLOTS ? List.of() : numbers;
    }
}
