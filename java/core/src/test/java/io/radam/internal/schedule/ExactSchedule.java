package io.radam.internal.schedule;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Section 3 and Algorithm 2 of Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond",
 * arXiv:1908.03265, with 60 digits. Cancellation costs some twenty of them at worst.
 */
final class ExactSchedule {
    private static final MathContext DIGITS = new MathContext(60, RoundingMode.HALF_EVEN);
    private static final BigDecimal TWO = BigDecimal.TWO;
    private static final BigDecimal FOUR = BigDecimal.valueOf(4);

    private ExactSchedule() {
    }

    /** {@code 1 - beta^t}. */
    static BigDecimal correction(double beta, int t) {
        return BigDecimal.ONE.subtract(power(beta, t), DIGITS);
    }

    /** The limit of {@link #rho}. */
    static BigDecimal rhoInfinity(double beta2) {
        return TWO.divide(BigDecimal.ONE.subtract(new BigDecimal(beta2)), DIGITS).subtract(BigDecimal.ONE, DIGITS);
    }

    static BigDecimal rho(double beta2, int t) {
        BigDecimal subtrahend = BigDecimal.valueOf(2L * t).multiply(power(beta2, t), DIGITS)
                .divide(correction(beta2, t), DIGITS);
        return rhoInfinity(beta2).subtract(subtrahend, DIGITS);
    }

    /** For rho above 4. */
    static BigDecimal rectification(double beta2, int t) {
        BigDecimal rho = rho(beta2, t);
        BigDecimal limit = rhoInfinity(beta2);
        BigDecimal dividend = rho.subtract(FOUR).multiply(rho.subtract(TWO)).multiply(limit);
        BigDecimal divisor = limit.subtract(FOUR).multiply(limit.subtract(TWO)).multiply(rho);
        return dividend.divide(divisor, DIGITS).sqrt(DIGITS);
    }

    /** {@code learningRate * sqrt(1 - beta2^t) * factor / (1 - beta1^t)}. */
    static BigDecimal adaptiveStepSize(double learningRate, double beta1, double beta2, int t, BigDecimal factor) {
        return new BigDecimal(learningRate).multiply(correction(beta2, t).sqrt(DIGITS)).multiply(factor)
                .divide(correction(beta1, t), DIGITS);
    }

    /** {@code learningRate / (1 - beta1^t)}. */
    static BigDecimal momentumStepSize(double learningRate, double beta1, int t) {
        return new BigDecimal(learningRate).divide(correction(beta1, t), DIGITS);
    }

    private static BigDecimal power(double beta, int t) {
        return new BigDecimal(beta).pow(t, DIGITS);
    }
}
