package io.radam;

import java.util.Map;
import java.util.Objects;

/**
 * Norms of gradients, in double: of those of one step, or of all that are bound. The statistics do not follow later
 * changes of the gradients.
 *
 * <p>Each gradient is scaled as in a step: multiplied by its group's {@code gradientScale} and divided by the loss
 * scale.
 */
public final class GradientStatistics {
    private final double norm;
    private final double maxAbs;
    private final long nonFinite;
    private final Map<Parameter, OfParameter> parameters;

    GradientStatistics(double norm, double maxAbs, long nonFinite, Map<Parameter, OfParameter> parameters) {
        this.norm = norm;
        this.maxAbs = maxAbs;
        this.nonFinite = nonFinite;
        this.parameters = parameters;
    }

    /**
     * Statistics of one gradient.
     *
     * @param norm      the 2-norm
     * @param maxAbs    the largest magnitude; NaN if an element is
     * @param nonFinite the number of elements that are infinite or NaN
     */
    public record OfParameter(double norm, double maxAbs, long nonFinite) {
    }

    /**
     * The 2-norm of all gradients together.
     *
     * @return not finite if {@link #nonFinite()} is not 0
     */
    public double norm() {
        return norm;
    }

    /**
     * The largest magnitude, or max norm.
     *
     * @return NaN if an element is
     */
    public double maxAbs() {
        return maxAbs;
    }

    /**
     * The number of elements that are infinite or NaN.
     *
     * @return 0 if all are finite
     */
    public long nonFinite() {
        return nonFinite;
    }

    /**
     * The statistics of one gradient.
     *
     * @param parameter one of those that were measured
     * @return its statistics
     * @throws InvalidParameterException if the parameter was not measured
     */
    public OfParameter ofParameter(Parameter parameter) {
        OfParameter found = parameters.get(Objects.requireNonNull(parameter, "parameter"));
        if (found == null) {
            throw new InvalidParameterException("the parameter is not one of those whose gradients were measured: "
                    + parameter);
        }
        return found;
    }

    @Override
    public String toString() {
        return "GradientStatistics[norm=" + norm + ", maxAbs=" + maxAbs + ", nonFinite=" + nonFinite + "]";
    }
}
