package io.radam.bench;

import io.radam.EpsilonPlacement;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Runs an implementation and compares it with {@link Rule}, before it is timed. */
public final class Check {
    /** Enough for every coefficient to take part: bias correction is at its strongest in these. */
    static final int STEPS = 10;
    /** Of a larger model, elements at even distances are compared. A prime distance meets every place in a vector. */
    private static final int MOST_COMPARED = 1 << 20;
    private static final int PRIME_DISTANCE = 67;

    private Check() {
    }

    /**
     * Allocates, makes {@value #STEPS} steps on gradients that change from step to step, and compares. What is returned
     * has the gradients of the last step, so that later steps are of the same kind.
     *
     * @throws IllegalStateException if a parameter is further off than float32 explains
     */
    public static Training created(Implementation implementation, Work work, int threads) {
        Training training = implementation.create(work, threads);
        try {
            for (int step = 1; step <= STEPS; step++) {
                training.setGradients(Inputs.gradients(work.size(), step));
                training.prepare();
                training.step();
            }
            float[] parameters = training.parameters();
            if (implementation.epsilonPlacement() != null) {
                compare(implementation.name(), parameters, implementation.epsilonPlacement());
            } else if (Arrays.equals(parameters, Inputs.values(work.size()))) {
                throw new IllegalStateException(implementation.name() + " has changed nothing");
            }
            return training;
        } catch (RuntimeException | Error e) {
            training.close();
            throw e;
        }
    }

    static void compare(String name, float[] parameters, EpsilonPlacement placement) {
        int distance = parameters.length > MOST_COMPARED ? PRIME_DISTANCE : 1;
        int compared = (parameters.length - 1) / distance + 1;
        OptionalInt wrong = IntStream.range(0, compared).parallel().map(i -> parameters.length - 1 - i * distance)
                .filter(i -> !isRight(parameters[i], Rule.expected(i, STEPS, placement))).findAny();
        wrong.ifPresent(i -> {
            double expected = Rule.expected(i, STEPS, placement);
            throw new IllegalStateException(String.format(Locale.ROOT,
                    "%s: parameter %d of %d is %.9g after %d steps, where %.9g is right: off by %.3g, float32 explains"
                            + " %.3g. Nothing was timed.",
                    name, i, parameters.length, parameters[i], STEPS, expected, Math.abs(parameters[i] - expected),
                    Rule.tolerance(expected, STEPS)));
        });
    }

    /** False of NaN too. */
    private static boolean isRight(float actual, double expected) {
        return Math.abs(actual - expected) <= Rule.tolerance(expected, STEPS);
    }
}
