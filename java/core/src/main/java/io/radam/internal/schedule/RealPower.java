package io.radam.internal.schedule;

/**
 * Powers whose exponents are no integers: the very operations of {@code real_power.h}, so that both give the same bits.
 */
final class RealPower {
    static final double LOG2_OF_E = 0x1.71547652b82fep+0;
    private static final double LOG_OF_2 = 0x1.62e42fefa39efp-1;
    /** The terms of the exponential function's series. */
    private static final int TERMS = 13;
    private static final double[] RECIPROCALS = reciprocals();

    private RealPower() {
    }

    private static double[] reciprocals() {
        double[] reciprocals = new double[TERMS + 1];
        for (int n = 1; n <= TERMS; n++) {
            reciprocals[n] = 1.0 / n;
        }
        return reciprocals;
    }

    /** {@code 2^y} for a y below 1000; 0 below -1000. */
    static double twoTo(double y) {
        if (y < -1000) {
            return 0;
        }
        double whole = Math.floor(y + 0.5);
        double rest = (y - whole) * LOG_OF_2;
        double sum = 1;
        for (int n = TERMS; n > 0; n--) {
            sum = Math.fma(sum * rest, RECIPROCALS[n], 1.0);
        }
        return Math.scalb(sum, (int) whole);
    }

    /** The logarithm to base 2 of a positive normal number. */
    static double log2(double x) {
        long bits = Double.doubleToRawLongBits(x);
        int exponent = (int) (bits >>> 52) - 1022;
        double fraction = Double.longBitsToDouble(bits & 0xFFFFFFFFFFFFFL | 1022L << 52); // in [1/2, 1)
        return exponent + HalfLife.logarithm(fraction) * LOG2_OF_E;
    }

    /** Of a number that is at least 0; of one below 2^-1000 it is 0. */
    static double cubeRoot(double x) {
        if (!(x >= 0x1p-1000)) {
            return 0;
        }
        double root = twoTo(log2(x) / 3);
        return root - (root - x / (root * root)) / 3;
    }

    /** {@code x^y} for an x in [0, 1.41) and a y of at least 0; 0^0 is 1. */
    static double of(double x, double y) {
        if (y == 0) {
            return 1;
        }
        if (y == 1 || x == 0) {
            return x;
        }
        return twoTo(y * (HalfLife.logarithm(x) * LOG2_OF_E));
    }
}
