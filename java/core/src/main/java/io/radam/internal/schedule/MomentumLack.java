package io.radam.internal.schedule;

/**
 * The part of beta1 by which NAdam's momentum is less, and that of the product of the momenta: the very operations of
 * {@code nadam_schedule.h}, so that both give the same bits.
 */
final class MomentumLack {
    private static final double LOG2_OF_096 = -0x1.e275048da0ba8p-5;

    private double momentumDecay = Double.NaN;
    private double ratio;
    /** The factors that the product has so far, and the lack of the next one. */
    private long factors;
    private double next;
    private double ofProduct;
    /** Whether further factors make no difference. */
    private boolean stands;

    /** {@code 0.96^x} for an x of at least 0, which may be infinite. */
    static double powerOf096(double x) {
        return RealPower.twoTo(x * LOG2_OF_096);
    }

    /** The lack of the momentum of step t. */
    static double at(double momentumDecay, double t) {
        return 0.5 * powerOf096(t * momentumDecay);
    }

    /** Computes that of the product of the first t momenta. It goes on from where it was, if that was not beyond t. */
    void compute(double momentumDecay, long t) {
        if (momentumDecay != this.momentumDecay || t < factors) {
            this.momentumDecay = momentumDecay;
            ratio = powerOf096(momentumDecay);
            factors = 0;
            next = 0.5 * ratio;
            ofProduct = 0;
            stands = false;
        }
        while (factors < t && !stands) {
            double sum = Math.fma(1 - ofProduct, next, ofProduct);
            stands = sum == ofProduct;
            ofProduct = sum;
            next *= ratio;
            factors++;
        }
    }

    /** What {@link #compute} has computed. */
    double ofProduct() {
        return ofProduct;
    }
}
