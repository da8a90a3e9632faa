package io.radam.internal.schedule;

/**
 * How much the newest iterate of Schedule-Free weighs in the average of all: the very operations of {@code
 * schedulefree_weights.h}, which says why, so that both give the same bits.
 */
final class ScheduleFreeWeights {
    private static final double[] POINTS = {0x1.007a5f8f630e4p-3, 0x1.78a8d20a8b19dp-2, 0x1.2cb4f05c077f9p-1,
        0x1.8a30aeed88f36p-1, 0x1.cee874ffb88b3p-1, 0x1.f68f1d8e42e81p-1};
    private static final double[] WEIGHTS = {0x1.fe40ce6d4f022p-3, 0x1.de3155c256aaep-3, 0x1.a0163e6b1ab6bp-3,
        0x1.47d7258f22d96p-3, 0x1.b60602bce61afp-4, 0x1.8275d9dea6d53p-5};

    // Of rectified weights.
    private double r;
    private double halfP;
    private double t;
    private double limit;
    private double a;

    private static double terms(double least, double q) {
        return least + 4 * Math.ceil(q);
    }

    private static double seriesOfPowers(double q, double n) {
        double i = 1 / (n * n);
        double sum = 1 - (q - 7) * (q - 8) * i * (5.0 / 198);
        sum = 1 - (q - 5) * (q - 6) * i * (1.0 / 40) * sum;
        sum = 1 - (q - 3) * (q - 4) * i * (1.0 / 42) * sum;
        sum = 1 - (q - 1) * (q - 2) * i * (1.0 / 60) * sum;
        return n / (q + 1) + 0.5 + q / (12 * n) * sum;
    }

    /** {@code (1^q + 2^q + ... + n^q) / n^q}. */
    private static double sumOfPowers(double q, double n) {
        if (q == 0) {
            return n;
        }
        double first = Math.min(terms(16, q), n);
        double sum = 0;
        for (double j = 1; j <= first; j++) {
            sum += RealPower.of(j / first, q);
        }
        if (first == n) {
            return sum;
        }
        return seriesOfPowers(q, n) + RealPower.of(first / n, q) * (sum - seriesOfPowers(q, first));
    }

    /** The weight of a step in the sum of those of all steps so far, with a linear warm-up. */
    static double ofNewest(double r, double p, long warmupSteps, long step) {
        double t = (double) step;
        double warmup = (double) warmupSteps;
        if (step <= warmupSteps) {
            return 1 / sumOfPowers(r + p, t);
        }
        double later = sumOfPowers(r, t);
        if (warmupSteps == 0) {
            return 1 / later;
        }
        return 1 / (later + RealPower.of(warmup / t, r) * (sumOfPowers(r + p, warmup) - sumOfPowers(r, warmup)));
    }

    /** The same where RAdam's rectification multiplies the learning rate, and steps before it have none. 0 in those. */
    double ofNewestRectified(double r, double p, double beta2, long step) {
        if (p == 0) {
            return ofNewest(r, p, 0, step);
        }
        this.r = r;
        halfP = p / 2;
        t = (double) step;
        limit = Math.fma(5, beta2, -3) / (1 - beta2);
        a = -HalfLife.logarithm(beta2);
        double newest = weight(t);
        return newest > 0 ? newest / sum() : 0;
    }

    private double excess(double x) {
        double w = a * x;
        if (w >= 1) {
            double e = RealPower.twoTo(w * -RealPower.LOG2_OF_E);
            return limit - 2 * x * e / (1 - e);
        }
        double square = w * w;
        double sum = 43867 / 5109094217170944000.0;
        sum = sum * square - 3617 / 10670622842880000.0;
        sum = sum * square + 1 / 74724249600.0;
        sum = sum * square - 691 / 1307674368000.0;
        sum = sum * square + 1 / 47900160.0;
        sum = sum * square - 1 / 1209600.0;
        sum = sum * square + 1 / 30240.0;
        sum = sum * square - 1 / 720.0;
        sum = sum * square + 1 / 12.0;
        double ofA = a / 6 * (1 - a * a / 60 * (1 - a * a / 42 * (1 - a * a / 40)));
        return ofA + x - 2 * x * w * sum - 4;
    }

    private double weight(double x) {
        double e = excess(x);
        if (e <= 0) {
            return 0;
        }
        double square = e * (e + 2) * (limit + 4) / (limit * (limit + 2) * (e + 4));
        return RealPower.of(x / t, r) * RealPower.of(square, halfP);
    }

    private double integral(double from, double to) {
        double sum = 0;
        double begin = from;
        while (begin < to) {
            double end = Math.min(4 * begin, to);
            double middle = (begin + end) / 2;
            double half = (end - begin) / 2;
            double part = 0;
            for (int i = 0; i < POINTS.length; i++) {
                part += WEIGHTS[i] * (weight(middle - half * POINTS[i]) + weight(middle + half * POINTS[i]));
            }
            sum += half * part;
            begin = end;
        }
        return sum;
    }

    private double correction(double n) {
        double by1 = weight(n + 1) - weight(n);
        double by3 = weight(n + 2) - weight(n - 1);
        double by5 = weight(n + 3) - weight(n - 2);
        return by1 * (-1.0 / 24) + (by3 - 3 * by1) * (17.0 / 5760) - (by5 - 5 * by3 + 10 * by1) * (367.0 / 967680);
    }

    private double sum() {
        double first = Math.min(terms(limit < 1 ? 160 : 48, r + halfP), t);
        double total = 0;
        for (double j = 1; j <= first; j++) {
            total += weight(j);
        }
        if (first == t) {
            return total;
        }
        double last = Math.min(Math.max(Math.ceil(32 * (limit + 5)), first), t);
        if (last > first) {
            total += integral(first + 0.5, last + 0.5) + (correction(last) - correction(first));
        }
        return last == t ? total : total + (sumOfPowers(r, t) - RealPower.of(last / t, r) * sumOfPowers(r, last));
    }
}
