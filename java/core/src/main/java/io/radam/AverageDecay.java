package io.radam;

/**
 * The decay of a moving average of a parameter's values, for each step. A step updates the average by {@code average =
 * average + (1 - decay) * (value - average)}. Steps are counted from 1, by the parameter's own step number, so that the
 * decays go on from a snapshot as they would have without it.
 * {@snippet :
 * Parameter weight = Parameter.builder(values).average(averages, AverageDecay.biasCorrected(0.9999)).build();
 * }
 *
 * <p>A step asks for its decays before it changes anything. An exception that a function of the user throws ends the
 * step, which then has changed nothing. A function may change settings, for the next step; other calls of the
 * optimizer are refused meanwhile.
 *
 * <p>Under a constant decay, what the average's memory holds before step 1 keeps its weight for long: it should be a
 * copy of the values. Under the other decays that weight is 0, or soon falls.
 */
@FunctionalInterface
public interface AverageDecay {
    /**
     * The decay of a step.
     *
     * @param step counted from 1
     * @return in [0, 1]; a step with any other decay fails, and changes nothing
     * @throws IllegalArgumentException if the step is less than 1
     */
    double decay(long step);

    /**
     * Always the same.
     *
     * @param decay in [0, 1], such as 0.999
     * @return the decay of each step
     * @throws InvalidParameterException if the decay is not in [0, 1]
     */
    static AverageDecay constant(double decay) {
        if (!(decay >= 0 && decay <= 1)) {
            throw new InvalidParameterException("the decay of the average is not in [0, 1]: " + decay);
        }
        return step -> {
            requireStep(step);
            return decay;
        };
    }

    /**
     * An average whose bias is corrected, as Adam corrects its moments. It equals an average that began with 0, divided
     * by {@code 1 - decay^t} after step t: the weight of the value of s steps ago is in proportion to {@code decay^s},
     * and the weights add up to 1. What the memory holds before step 1 has a weight of 0, but takes part in a rounded
     * sum. So it should be zeros or the values, and not numbers that are far larger than the values.
     *
     * @param decay in [0, 1)
     * @return at step t, {@code 1 - (1 - decay) / (1 - decay^t)}
     * @throws InvalidParameterException if the decay is not in [0, 1)
     */
    static AverageDecay biasCorrected(double decay) {
        if (!(decay >= 0 && decay < 1)) {
            throw new InvalidParameterException("the decay of the average is not in [0, 1): " + decay);
        }
        // Not Math.pow, whose last bit may differ between machines.
        return step -> 1 - (1 - decay) / (1 - StrictMath.pow(decay, requireStep(step)));
    }

    /**
     * A decay that grows to its final value, as TensorFlow's {@code ExponentialMovingAverage} does with
     * {@code num_updates}.
     *
     * @param decay the final one, in [0, 1]
     * @return at step t, the smaller of {@code decay} and {@code (1 + t) / (10 + t)}
     * @throws InvalidParameterException if the decay is not in [0, 1]
     */
    static AverageDecay warmedUp(double decay) {
        AverageDecay last = constant(decay);
        return step -> Math.min(last.decay(step), (1.0 + step) / (10.0 + step));
    }

    private static long requireStep(long step) {
        if (step < 1) {
            throw new IllegalArgumentException("steps are counted from 1, but step is " + step);
        }
        return step;
    }
}
