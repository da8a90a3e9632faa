package io.radam.internal.engine;

import io.radam.GradientStatistics;
import io.radam.Parameter;
import java.util.IdentityHashMap;
import java.util.Map;

/** Adds up the statistics of gradients, in order. */
final class StatisticsSum {
    private final Map<Parameter, GradientStatistics.Of> parameters;
    private final double factor;
    private double squares;
    private double maxAbs;
    private long nonFinite;

    /**
     * A sum.
     *
     * @param factor what each gradient is multiplied by, beside its group's hyperparameter
     */
    StatisticsSum(int size, double factor) {
        parameters = new IdentityHashMap<>(size);
        this.factor = factor;
    }

    /** Adds a gradient, of which these are before it is scaled. */
    void add(Slot slot, double squaresOfGradient, double maxAbsOfGradient, long nonFiniteOfGradient) {
        double scale = slot.group.gradientScale() * factor;
        double scaledSquares = squaresOfGradient * scale * scale;
        double scaledMaxAbs = maxAbsOfGradient * scale;
        parameters.put(slot.parameter,
                new GradientStatistics.Of(Math.sqrt(scaledSquares), scaledMaxAbs, nonFiniteOfGradient));
        squares += scaledSquares;
        maxAbs = Math.max(maxAbs, scaledMaxAbs);
        nonFinite += nonFiniteOfGradient;
    }

    GradientStatistics statistics() {
        return new GradientStatistics(Math.sqrt(squares), maxAbs, nonFinite, parameters);
    }
}
