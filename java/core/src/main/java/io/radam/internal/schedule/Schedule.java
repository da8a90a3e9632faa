package io.radam.internal.schedule;

import io.radam.Algorithm;
import io.radam.Coefficients;
import io.radam.CustomAlgorithm;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/**
 * Computes an algorithm's coefficients from hyperparameters and a step number. It does so operation by operation as the
 * algorithm's header in {@code native/src/algorithm}, so that the coefficients have the same bits. The comments there
 * name the sources of the formulas. A schedule allocates nothing once it has computed a step.
 */
public abstract sealed class Schedule permits AdamSchedule, SgdSchedule, LionSchedule, NAdamSchedule,
        RMSpropSchedule, AdagradSchedule, AdamaxSchedule, AdadeltaSchedule, AdaBeliefSchedule, AdoptSchedule,
        YogiSchedule, QHAdamSchedule, AdEMAMixSchedule, AdaModSchedule, QHMSchedule, AdanSchedule, AdaBoundSchedule,
        DiffGradSchedule, PadamSchedule, MadgradSchedule, CocobSchedule, ScheduleFreeSgdSchedule,
        ScheduleFreeAdamWSchedule, LayerwiseSchedule, CustomSchedule {
    // Coefficients that all algorithms have.
    long step;
    double learningRate;
    /** The factor of gradients. */
    public float gradScale;
    /** Weight decay that is added to the gradient. */
    public float l2;
    /** Decoupled weight decay: the part of itself that a parameter loses. */
    public float decay;
    /** The factor of the update. */
    public float stepSize;

    private double signedGradientScale;
    private double baseLearningRate;
    private double weightDecay;

    /** A schedule of an algorithm, which has to be configured. */
    static Schedule of(Algorithm algorithm) {
        return switch (algorithm.kind()) {
            case ADAM -> new AdamSchedule();
            case SGD -> new SgdSchedule();
            case LION -> new LionSchedule(false);
            case NADAM -> new NAdamSchedule();
            case RMSPROP -> new RMSpropSchedule();
            case ADAGRAD -> new AdagradSchedule();
            case ADAMAX -> new AdamaxSchedule();
            case ADADELTA -> new AdadeltaSchedule();
            case ADABELIEF -> new AdaBeliefSchedule();
            case ADOPT -> new AdoptSchedule();
            case YOGI -> new YogiSchedule();
            case QHADAM -> new QHAdamSchedule();
            case ADEMAMIX -> new AdEMAMixSchedule();
            case ADAMOD -> new AdaModSchedule();
            case QHM -> new QHMSchedule();
            case ADAN -> new AdanSchedule();
            case ADABOUND -> new AdaBoundSchedule();
            case DIFFGRAD -> new DiffGradSchedule();
            case PADAM -> new PadamSchedule();
            case MADGRAD -> new MadgradSchedule();
            case COCOB -> new CocobSchedule();
            case SCHEDULEFREE_SGD -> new ScheduleFreeSgdSchedule();
            case SCHEDULEFREE_ADAMW -> new ScheduleFreeAdamWSchedule();
            case LAMB -> new LambSchedule();
            case STABLEADAMW -> new StableAdamWSchedule();
            case LARS -> new LarsSchedule();
            case CAUTIOUS_ADAMW -> new CautiousAdamWSchedule();
            case CAUTIOUS_LION -> new CautiousLionSchedule();
            case NOVOGRAD -> new NovoGradSchedule();
            case SGD_HD -> new SgdHDSchedule();
            case ADAM_HD -> new AdamHDSchedule();
            case YELLOWFIN -> new YellowFinSchedule();
            case ADAMP -> new AdamPSchedule();
            case SGDP -> new SgdPSchedule();
            case CUSTOM -> new CustomSchedule((CustomAlgorithm) algorithm);
        };
    }

    /** Sets the hyperparameters, which are of this algorithm. */
    void configure(Hyperparameters h) {
        signedGradientScale = h.maximize() ? -h.gradientScale() : h.gradientScale();
        baseLearningRate = h.learningRate();
        weightDecay = h.weightDecay();
    }

    /**
     * Computes the coefficients of a step.
     *
     * @param step           counted from 1
     * @param gradientFactor a factor of gradients, beside the hyperparameter
     */
    final void compute(long step, double gradientFactor) {
        this.step = step;
        gradScale = (float) (signedGradientScale * gradientFactor);
        learningRate = baseLearningRate;
        compute(step);
    }

    /** Computes the coefficients that only this algorithm has. */
    abstract void compute(long step);

    /** Sets {@code l2} and {@code decay} by the present learning rate and the mode of weight decay. */
    final void decay(WeightDecay mode) {
        boolean isL2 = mode == WeightDecay.L2;
        l2 = (float) (isL2 ? weightDecay : 0);
        decay = (float) (isL2 ? 0 : learningRate * weightDecay);
    }

    final boolean hasWeightDecay() {
        return weightDecay != 0;
    }

    /** The mode, as {@code RADAM_MODE_...}; 0 for algorithms without modes. */
    int mode() {
        return 0;
    }

    /** Writes the coefficients of the algorithm's C struct, in their order there. These begin those of most. */
    void write(CoefficientStruct struct) {
        struct.add(l2);
        struct.add(decay);
        struct.add(stepSize);
    }

    /** Whether a step moves one of the algorithm's buffers. */
    public boolean movesState(int buffer) {
        return true;
    }

    /** Whether a step moves the parameters. */
    public boolean movesValues() {
        return true;
    }

    /** The coefficients as a value. */
    abstract Coefficients coefficients();
}
