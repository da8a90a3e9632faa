package io.radam.internal.schedule;

/**
 * A schedule of a layer-wise algorithm: {@code layerwise.h}. Its own coefficients say what is summed over each tensor.
 * From the sums follow coefficients of another algorithm, by which the tensor is stepped.
 */
public abstract sealed class LayerwiseSchedule extends Schedule permits LayerwiseByAdam, LarsSchedule,
        CautiousLionSchedule, NovoGradSchedule, SgdHDSchedule, YellowFinSchedule, ProjectingSchedule {
    /** What a learning rate that steps move, or find, is multiplied by in them. */
    double rateFactor = 1;

    /** That of the algorithm whose kernels make the step. */
    public abstract Schedule stepped();

    /** Sets that factor. The learning rate is the hyperparameter without it. */
    void setRate(double learningRateGiven, double factor) {
        rateFactor = factor;
    }

    /** Whether sums depend on state: {@code kSummedBuffers}. */
    public boolean sumsReadState() {
        return true;
    }

    /**
     * Computes in the memory of another schedule of the same algorithm and hyperparameters, which is never used at the
     * same time, what it keeps for the computation alone. There is a schedule for each tensor: powers of the betas, or
     * what YellowFin tunes by, would be most of its memory.
     */
    void share(LayerwiseSchedule other) {
        // It has nothing large.
    }

    /**
     * Has the coefficients of {@link #stepped} follow from the sums over a tensor.
     *
     * @param sums    as many as there are, and more
     * @param numbers that the algorithm keeps for the tensor; they are replaced
     */
    abstract void reduce(long length, double[] sums, double[] numbers);

    /** What the step size of a cautious algorithm is multiplied by, once it is known how many elements are stepped. */
    static double cautiousFactor(double stepped, long length) {
        double mean = stepped / (double) length;
        return length > 0 && mean >= 0 ? 1 / Math.max(mean, 1e-3) : 1;
    }

    /** A coefficient times a factor. It may not become infinite. */
    static float reduced(double factor, float coefficient) {
        return (float) Math.clamp(factor * coefficient, -0x1p126, 0x1p126);
    }

    /** Whether sums are those of all tensors of a group. */
    boolean sumsGroup() {
        return false;
    }

    /**
     * Of hypergradient descent: moves the learning rate by the product of gradient and update.
     *
     * @param numbers the first one is the learning rate
     * @return the step size
     */
    final float descend(float hypergradLr, float scale, double product, double[] numbers) {
        double moved = numbers[0] + hypergradLr * product;
        double limit = l2 > 1 ? 0x1p63 / l2 : 0x1p63;
        if (Double.isFinite(moved)) {
            numbers[0] = moved > 0 ? moved < limit ? moved : limit : 0;
        }
        return reduced(numbers[0] * rateFactor, scale);
    }

    /** A factor of gradients, which may be neither 0 nor infinite, times another. */
    static float scaled(double factor, float gradScale) {
        float scale = reduced(factor, gradScale);
        return Math.abs(scale) > 0x1p-126f ? scale : Math.copySign(0x1p-126f, gradScale);
    }
}
