package io.radam.internal.schedule;

import static io.radam.AdamSettings.BETA1;
import static io.radam.AdamSettings.BETA2;
import static io.radam.AdamSettings.EPSILON;
import static io.radam.AdamSettings.EPSILON_PLACEMENT;
import static io.radam.AdamSettings.FROZEN_STEPS;
import static io.radam.AdamSettings.WARMUP_STEPS;
import static io.radam.RAdamSettings.RECTIFY;
import static io.radam.RAdamSettings.RECTIFY_AT_THRESHOLD;
import static io.radam.RAdamSettings.RHO_THRESHOLD;
import static io.radam.RAdamSettings.UNRECTIFIED;

import io.radam.Coefficients;
import io.radam.Coefficients.Mode;
import io.radam.EpsilonPlacement;
import io.radam.Hyperparameters;
import io.radam.Unrectified;
import io.radam.WeightDecay;
import io.radam.internal.ffi.RadamH;

/** Adam, AdamW and RAdam: {@code adam_schedule.h}. */
public final class AdamSchedule extends Schedule {
    BetaPower beta1Power = new BetaPower();
    BetaPower beta2Power = new BetaPower();

    private double beta1AsDouble;
    private double beta2AsDouble;
    private double epsilonAsDouble;
    private boolean epsilonIsBiasCorrected;
    private WeightDecay weightDecayMode;
    private boolean rectify;
    private boolean skipsUnrectified;
    private double rhoThreshold;
    private boolean rectifyAtThreshold;
    private long warmupSteps;
    private long frozenSteps;

    /** Whether elements stay whose first moment does not have the sign of the gradient. Then the mode is adaptive. */
    public final boolean cautious;
    /** What the step does with each element. */
    public Mode mode;
    /** Decay rate of the first moment. */
    public float beta1;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta1;
    /** Decay rate of the second moment. */
    public float beta2;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta2;
    /** What is added to the denominator. */
    public float epsilon;
    boolean rectified;
    double rho;
    double rectification;

    AdamSchedule() {
        this(false);
    }

    AdamSchedule(boolean cautious) {
        this.cautious = cautious;
    }

    @Override
    void configure(Hyperparameters h) {
        configure(h, h.get(BETA1), h.get(BETA2), h.get(EPSILON),
                h.get(EPSILON_PLACEMENT) == EpsilonPlacement.BIAS_CORRECTED);
        rectify(h.get(RECTIFY), h.get(UNRECTIFIED), h.get(RHO_THRESHOLD), h.get(RECTIFY_AT_THRESHOLD));
        warmupSteps = h.get(WARMUP_STEPS);
        frozenSteps = h.get(FROZEN_STEPS);
    }

    /** Sets the hyperparameters of moments, and those that all algorithms have. */
    void configure(Hyperparameters h, double beta1AsDouble, double beta2AsDouble, double epsilonAsDouble,
            boolean epsilonIsBiasCorrected) {
        configure(h, beta1AsDouble, beta2AsDouble, epsilonAsDouble, epsilonIsBiasCorrected,
                h.get(Hyperparameters.WEIGHT_DECAY_MODE));
    }

    /** Likewise, of algorithms that have one mode of weight decay. */
    void configure(Hyperparameters h, double beta1AsDouble, double beta2AsDouble, double epsilonAsDouble,
            boolean epsilonIsBiasCorrected, WeightDecay mode) {
        super.configure(h);
        weightDecayMode = mode;
        this.beta1AsDouble = beta1AsDouble;
        this.beta2AsDouble = beta2AsDouble;
        this.epsilonAsDouble = epsilonAsDouble;
        this.epsilonIsBiasCorrected = epsilonIsBiasCorrected;
        beta1 = (float) beta1AsDouble;
        oneMinusBeta1 = (float) (1 - beta1AsDouble);
        beta2 = (float) beta2AsDouble;
        oneMinusBeta2 = (float) (1 - beta2AsDouble);
    }

    /** Computes powers in the memory of another schedule, which is never used at the same time. */
    void sharePowers(AdamSchedule other) {
        beta1Power = other.beta1Power;
        beta2Power = other.beta2Power;
    }

    /** Sets the hyperparameters of rectification. */
    void rectify(boolean rectify, Unrectified unrectified, double rhoThreshold, boolean rectifyAtThreshold) {
        this.rectify = rectify;
        skipsUnrectified = unrectified == Unrectified.SKIP;
        this.rhoThreshold = rhoThreshold;
        this.rectifyAtThreshold = rectifyAtThreshold;
    }

    @Override
    void compute(long step) {
        double t = (double) step;
        beta1Power.compute(beta1AsDouble, step);
        beta2Power.compute(beta2AsDouble, step);
        rectify(t);
        warmUp(t);
        double sqrtBiasCorrection2 = Math.sqrt(beta2Power.complement());
        boolean frozen = step <= frozenSteps;

        mode = Mode.ADAPTIVE;
        double size = learningRate / beta1Power.complement();
        if (frozen) {
            mode = Mode.SECOND_MOMENT_ONLY;
        } else if (rectified) {
            size = learningRate * sqrtBiasCorrection2 * rectification / beta1Power.complement();
        } else if (!skipsUnrectified) {
            mode = Mode.MOMENTUM;
        } else if (weightDecayMode == WeightDecay.DECOUPLED && hasWeightDecay()) {
            mode = Mode.MOMENTUM; // decay of every step, and no update
            size = 0;
        } else {
            mode = Mode.MOMENTS_ONLY;
        }

        decay(weightDecayMode);
        if (frozen) {
            l2 = 0;
        }
        stepSize = (float) size;
        epsilon = (float) (epsilonIsBiasCorrected ? epsilonAsDouble * sqrtBiasCorrection2 : epsilonAsDouble);
    }

    private void warmUp(double t) {
        double steps = (double) warmupSteps;
        if (t < steps) {
            learningRate = 1e-8 + t * learningRate / steps;
        }
    }

    private void rectify(double t) {
        if (!rectify) {
            rectified = true;
            rho = 0;
            rectification = 1;
            return;
        }
        double limit = 2 / (1 - beta2AsDouble) - 1;
        rho = limit - 2 * t * beta2Power.power() / beta2Power.complement();
        boolean reached = rectifyAtThreshold ? rho >= rhoThreshold : rho > rhoThreshold;
        rectified = reached && limit > rhoThreshold;
        rectification = rectified
                ? Math.sqrt((rho - 4) * (rho - 2) * limit / ((limit - 4) * (limit - 2) * rho))
                : 0;
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(beta1);
        struct.add(oneMinusBeta1);
        struct.add(beta2);
        struct.add(oneMinusBeta2);
        struct.add(epsilon);
    }

    @Override
    int mode() {
        return cautious ? RadamH.RADAM_MODE_CAUTIOUS() : switch (mode) {
            case ADAPTIVE -> RadamH.RADAM_MODE_ADAPTIVE();
            case MOMENTUM -> RadamH.RADAM_MODE_MOMENTUM();
            case MOMENTS_ONLY -> RadamH.RADAM_MODE_MOMENTS_ONLY();
            case SECOND_MOMENT_ONLY -> RadamH.RADAM_MODE_SECOND_MOMENT_ONLY();
        };
    }

    @Override
    public boolean movesState(int buffer) {
        return buffer != 0 || mode != Mode.SECOND_MOMENT_ONLY;
    }

    @Override
    public boolean movesValues() {
        return mode == Mode.ADAPTIVE || mode == Mode.MOMENTUM;
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.Adam(step, learningRate, gradScale, l2, decay, stepSize, epsilon, mode, rectified, rho,
                rectification);
    }
}
