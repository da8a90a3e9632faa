package io.radam.internal.schedule;

/**
 * A decay rate on its way from one to another, whose half-life grows evenly: the very operations of
 * {@code half_life.h}, which says why.
 */
final class HalfLife {
    private static final double LEAST = 1e-8;
    private static final double LOG2_HIGH = 0x1.62e42fee00000p-1;
    private static final double LOG2_LOW = 0x1.a39ef35793c76p-33;

    private double rate;
    private double complement;

    /** Computes the rate after a part of the way, in (0, 1). */
    void compute(double from, double to, double part) {
        double a = logarithm(from + LEAST);
        double b = logarithm(to + LEAST);
        exponential(a * b / ((1 - part) * b + part * a));
    }

    /** Of a number in (0, 1.41). */
    static double logarithm(double number) {
        double x = number;
        int doublings = 0;
        for (; x < 0x1.6a09e667f3bcdp-1; x *= 2) {
            doublings++;
        }
        double s = (x - 1) / (x + 1);
        double square = s * s;
        double sum = 1.0 / 23;
        for (int n = 21; n > 0; n -= 2) {
            sum = sum * square + 1.0 / n;
        }
        return (2 * s * sum - doublings * LOG2_LOW) - doublings * LOG2_HIGH;
    }

    private void exponential(double x) {
        int halvings = (int) (x * -0x1.71547652b82fep+0 + 0.5);
        double rest = (x + halvings * LOG2_HIGH) + halvings * LOG2_LOW;
        double sum = 1;
        for (int n = 14; n > 1; n--) {
            sum = sum * (rest * (1.0 / n)) + 1;
        }
        double scale = 1.0 / (1L << halvings);
        double moved = scale * (rest * sum);
        rate = scale + moved;
        complement = (1 - scale) - moved;
    }

    double rate() {
        return rate;
    }

    /** {@code 1 - rate()}, without losing the digits of a rate near 1. */
    double complement() {
        return complement;
    }
}
