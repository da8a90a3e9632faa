package io.radam.bench.report;

import io.radam.bench.Point;

/**
 * What all rounds say of a point.
 *
 * @param nanos   of a step: the median of the rounds
 * @param fastest of a step: the fastest round
 * @param slowest of a step: the slowest round
 * @param ratio   the speed as a multiple of that of the implementation that it is compared with: the median of the ratios,
 *                each of which is taken within a round; NaN if there is none
 */
public record Row(Point point, double nanos, double fastest, double slowest, double ratio) {
    /** A step of Adam reads p, g, m and v and writes p, m and v: so many bytes for each float32 parameter. */
    static final int BYTES_PER_PARAMETER = 7 * Float.BYTES;

    double parametersPerSecond() {
        return point.size() / (nanos / 1e9);
    }

    double gigabytesPerSecond() {
        return BYTES_PER_PARAMETER * point.size() / nanos;
    }

    double nanosPerParameter() {
        return nanos / point.size();
    }

    /** How far the slowest round is from the fastest, as a share of the median. */
    double spread() {
        return (slowest - fastest) / nanos;
    }
}
