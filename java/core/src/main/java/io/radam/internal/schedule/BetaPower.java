package io.radam.internal.schedule;

import java.util.Arrays;

/**
 * {@code beta^t} and {@code 1 - beta^t}, the bias correction of a moment: the very operations of {@code power.h}, so
 * that both give the same bits.
 *
 * <p>A power is an unevaluated sum, high + low, of about 106 bits ("double-double" arithmetic, after Dekker, 1971). It
 * is computed by squaring, from the highest bit of t down. The powers on the way are kept: the next step differs from
 * this one in two bits on average, and begins at the bits above those.
 */
final class BetaPower {
    /** {@code beta^exponents[i]} is powerHigh[i] + powerLow[i], and exponents[i] is {@code t >> i} for some t. */
    private long[] exponents;
    private double[] powerHigh;
    private double[] powerLow;
    private double beta = Double.NaN;
    private double high;
    private double low;

    /** Computes the power of a t of at least 1. */
    void compute(double beta, long t) {
        if (beta != this.beta) {
            this.beta = beta;
            allocate();
            Arrays.fill(exponents, 0);
            Arrays.fill(powerHigh, 1);
            Arrays.fill(powerLow, 0);
        }
        int bit = 0;
        while (exponents[bit] != t >>> bit) {
            bit++; // at the last bit, the sign, both are 0
        }
        // In locals, which the compiler keeps in registers: each product waits for the one before it.
        double h = powerHigh[bit];
        double l = powerLow[bit];
        while (--bit >= 0) {
            double square = h * h;
            double error = Math.fma(h, h, -square);
            double more = error + (h * l + l * h);
            h = square + more;
            l = more - (h - square);
            if ((t >>> bit & 1) != 0) {
                double product = h * beta;
                error = Math.fma(h, beta, -product);
                more = error + l * beta;
                h = product + more;
                l = more - (h - product);
            }
            exponents[bit] = t >>> bit;
            powerHigh[bit] = h;
            powerLow[bit] = l;
        }
        high = h;
        low = l;
    }

    /** With the first power: most of those of layer-wise algorithms are never computed. */
    private void allocate() {
        if (exponents == null) {
            exponents = new long[Long.SIZE];
            powerHigh = new double[Long.SIZE];
            powerLow = new double[Long.SIZE];
        }
    }

    /** {@code beta^t}. */
    double power() {
        return high;
    }

    /** {@code 1 - beta^t}. */
    double complement() {
        double difference = 1 - high;
        double error = (1 - difference) - high;
        return difference + (error - low);
    }
}
