package io.radam.internal.schedule;

/**
 * {@code beta^t} and {@code 1 - beta^t}, the bias correction of a moment: the very operations of {@code power.h}, so
 * that both give the same bits.
 *
 * <p>A power is an unevaluated sum, high + low, of about 106 bits ("double-double" arithmetic, after Dekker, 1971). The
 * squarings depend on beta alone, and are kept from step to step.
 */
final class BetaPower {
    private static final int BITS = Long.SIZE - 1;

    /** {@code beta^(2^i)} is squareHigh[i] + squareLow[i], for i below the number of squares. */
    private final double[] squareHigh = new double[BITS];
    private final double[] squareLow = new double[BITS];
    private int squares;
    private double beta = Double.NaN;
    private double high;
    private double low;

    /** Computes the power by squaring. */
    void compute(double beta, long t) {
        if (beta != this.beta) {
            this.beta = beta;
            squareHigh[0] = beta;
            squareLow[0] = 0;
            squares = 1;
        }
        while (t >>> squares != 0) {
            square();
        }
        // In locals, which the compiler keeps in registers: each product waits for the one before it.
        double h = 1;
        double l = 0;
        for (long rest = t; rest != 0; rest &= rest - 1) {
            int i = Long.numberOfTrailingZeros(rest);
            double product = h * squareHigh[i];
            double error = Math.fma(h, squareHigh[i], -product);
            double more = error + (h * squareLow[i] + l * squareHigh[i]);
            h = product + more;
            l = more - (h - product);
        }
        high = h;
        low = l;
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

    private void square() {
        double h = squareHigh[squares - 1];
        double l = squareLow[squares - 1];
        double product = h * h;
        double error = Math.fma(h, h, -product);
        double more = error + (h * l + l * h);
        squareHigh[squares] = product + more;
        squareLow[squares] = more - (squareHigh[squares] - product);
        squares++;
    }
}
