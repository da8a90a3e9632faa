package io.radam;

/**
 * The decay of a moving average of the values, in the step that makes them:
 * {@code average = average + (1 - decay) * (value - average)}. Steps are counted from 1, by the parameter's own step number,
 * so that training goes on the same from a snapshot.
 * {@snippet :
 * Parameter.builder(values).average(averages, AverageDecay.biasCorrected(0.9999));
 * }
 *
 * <p>A constant decay keeps for long what was in the average's memory to begin with. The others soon forget it, and need no
 * copy of the first values there.
 */
@FunctionalInterface
public interface AverageDecay {
    /**
     * The decay of a step.
     *
     * @param step counted from 1
     * @return in [0, 1]; a step that gets something else fails, and changes nothing
     * @throws IllegalArgumentException if the step is less than 1
     */
    double decay(long step);

    /**
     * Always the same.
     *
     * @param decay in [0, 1], such as 0.999
     * @return the decay of each step
     * @throws InvalidParameterException if it is out of range; of all these methods
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
     * As if the average had begun with 0 and were divided by {@code 1 - decay^t} after step t, as Adam does with its moments:
     * the value of s steps ago weighs {@code decay^s}, and the weights add up to 1. What is in the memory before step 1 does
     * not count, but for the rounding of a sum that it is part of: zeros or the values are right, numbers that are far larger
     * than the values are not.
     *
     * @param decay in [0, 1)
     * @return at step t, {@code 1 - (1 - decay) / (1 - decay^t)}
     */
    static AverageDecay biasCorrected(double decay) {
        if (!(decay >= 0 && decay < 1)) {
            throw new InvalidParameterException("the decay of the average is not in [0, 1): " + decay);
        }
        // Not Math, whose last bit may be another one on another machine.
        return step -> 1 - (1 - decay) / (1 - StrictMath.pow(decay, requireStep(step)));
    }

    /**
     * A decay that grows to its final value, as TensorFlow's {@code ExponentialMovingAverage} does with
     * {@code num_updates}.
     *
     * @param decay the final one, in [0, 1]
     * @return at step t, the smaller of {@code decay} and {@code (1 + t) / (10 + t)}
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
