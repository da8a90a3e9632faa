package io.radam.internal.schedule;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/** An algorithm whose sums are of rows: {@code projection.h}. */
public abstract sealed class ProjectingSchedule extends LayerwiseSchedule permits AdamPSchedule, SgdPSchedule {
    /** The number of sums of a row: of the products g * p, g * g, p * p and u * p. */
    public static final int SUMS = 4;

    private float delta;
    private float epsilon;
    private float wdRatio;

    /** Sets the hyperparameters of the projection. */
    final void project(double deltaAsDouble, double epsilonAsDouble, double wdRatioAsDouble) {
        delta = (float) deltaAsDouble;
        epsilon = (float) epsilonAsDouble;
        wdRatio = (float) wdRatioAsDouble;
    }

    /** Of a tensor without rows, whose update is never projected. */
    @Override
    final void reduce(long length, double[] none, double[] numbers) {
        stepped().decay = decay;
    }

    /**
     * Has the coefficients of {@link #stepped} follow from the sums of rows.
     *
     * @param sums     {@link #SUMS} for each row
     * @param firstRow of those whose decays are asked for
     * @param rowDecay written if the result is true: the decays of as many rows as there is room for
     * @return whether rows are projected
     */
    final boolean reduceRows(long rowLength, MemorySegment sums, long firstRow, MemorySegment rowDecay) {
        stepped().decay = decay;
        long rows = sums.byteSize() / (SUMS * Double.BYTES);
        if (rows == 0) {
            return false;
        }
        double limit = delta / Math.sqrt((double) rowLength);
        double gradValue = 0;
        double gradGrad = 0;
        double valueValue = 0;
        double updateValue = 0;
        boolean each = true;
        for (long row = 0; row < rows; row++) {
            double gp = sum(sums, row, 0);
            double gg = sum(sums, row, 1);
            double pp = sum(sums, row, 2);
            each &= cosine(gp, gg, pp) < limit; // false for NaN
            gradValue += gp;
            gradGrad += gg;
            valueValue += pp;
            updateValue += sum(sums, row, 3);
        }
        if (each) {
            for (long i = 0; i < rowDecay.byteSize() / Float.BYTES; i++) {
                rowDecay.setAtIndex(JAVA_FLOAT, i, decay(sum(sums, firstRow + i, 2), sum(sums, firstRow + i, 3)));
            }
            return true;
        }
        if (cosine(gradValue, gradGrad, valueValue) < delta / Math.sqrt((double) (rowLength * rows))) {
            stepped().decay = decay(valueValue, updateValue);
        }
        return false;
    }

    private static double sum(MemorySegment sums, long row, int sum) {
        return sums.getAtIndex(JAVA_DOUBLE, row * SUMS + sum);
    }

    private double cosine(double gradValue, double gradGrad, double valueValue) {
        double norms = Math.sqrt(gradGrad * valueValue);
        return Math.abs(gradValue) / (norms < epsilon ? epsilon : norms);
    }

    /** The decay that is a projection, too. */
    private float decay(double valueValue, double updateValue) {
        double norm = Math.sqrt(valueValue) + epsilon;
        double part = stepSize * updateValue / (norm * norm);
        return reduced((double) decay * wdRatio - (Double.isFinite(part) ? part : 0), 1);
    }

    /** Writes what they have alike. */
    final void writeProjection(CoefficientStruct struct) {
        struct.add(delta);
        struct.add(epsilon);
        struct.add(wdRatio);
    }
}
