package io.radam.internal;

/**
 * {@code beta^t} and {@code 1 - beta^t}, the bias correction of a moment: the very operations of {@code power.cpp}, so
 * that both give the same bits.
 *
 * <p>The power is an unevaluated sum, high + low, of about 106 bits ("double-double" arithmetic, after Dekker, 1971).
 */
final class BetaPower {
    private double high;
    private double low;
    private double squareHigh;
    private double squareLow;

    /** Computes the power by squaring. */
    void compute(double beta, long t) {
        high = 1;
        low = 0;
        squareHigh = beta;
        squareLow = 0;
        for (long rest = t; rest > 0; rest >>= 1) {
            if ((rest & 1) != 0) {
                multiplyBySquare();
            }
            square();
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

    private void multiplyBySquare() {
        double product = high * squareHigh;
        double error = Math.fma(high, squareHigh, -product);
        double rest = error + (high * squareLow + low * squareHigh);
        high = product + rest;
        low = rest - (high - product);
    }

    private void square() {
        double product = squareHigh * squareHigh;
        double error = Math.fma(squareHigh, squareHigh, -product);
        double rest = error + (squareHigh * squareLow + squareLow * squareHigh);
        squareHigh = product + rest;
        squareLow = rest - (squareHigh - product);
    }
}
