package io.radam.internal.schedule;

import static io.radam.YellowFinSettings.ADAPT_CLIP;
import static io.radam.YellowFinSettings.AUTO_CLIP_FACTOR;
import static io.radam.YellowFinSettings.BETA;
import static io.radam.YellowFinSettings.CLIP_THRESHOLD;
import static io.radam.YellowFinSettings.CURV_WIN_WIDTH;
import static io.radam.YellowFinSettings.LOG_SMOOTH;
import static io.radam.YellowFinSettings.MOMENTUM;
import static io.radam.YellowFinSettings.ZERO_DEBIAS;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** YellowFin: {@code yellowfin.h}. */
public final class YellowFinSchedule extends LayerwiseSchedule {
    private final SgdSchedule sgd = new SgdSchedule();
    /** Of all parameters of a group, one after the other. */
    private YellowFinTuner tuner = new YellowFinTuner();
    private YellowFinTuner.Settings settings;

    @Override
    public Schedule stepped() {
        return sgd;
    }

    @Override
    void share(LayerwiseSchedule other) {
        tuner = ((YellowFinSchedule) other).tuner;
    }

    @Override
    boolean sumsGroup() {
        return true;
    }

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        sgd.configure(h, h.get(MOMENTUM), 0, false, WeightDecay.L2);
        sgd.averagesGradient = true;
        settings = new YellowFinTuner.Settings((float) h.learningRate(), (float) (double) h.get(MOMENTUM),
                (float) (1 - h.get(BETA)), h.get(CURV_WIN_WIDTH), (float) (double) h.get(CLIP_THRESHOLD),
                (float) (double) h.get(AUTO_CLIP_FACTOR), h.get(ADAPT_CLIP), h.get(ZERO_DEBIAS), h.get(LOG_SMOOTH));
    }

    @Override
    void setRate(double learningRateGiven, double factor) {
        super.setRate(learningRateGiven, factor);
        settings = settings.withStepSize((float) learningRateGiven);
    }

    @Override
    void compute(long step) {
        sgd.compute(step, 1);
        sgd.gradScale = gradScale;
        l2 = sgd.l2;
        decay = sgd.decay;
        stepSize = sgd.stepSize;
    }

    @Override
    void reduce(long length, double[] sums, double[] numbers) {
        tuner.tune(settings, sums[0], sums[1], sums[2], numbers);
        sgd.gradScale = scaled(tuner.before, gradScale);
        sgd.stepSize = reduced(tuner.learningRate * rateFactor, 1);
        sgd.momentum = (float) tuner.momentum;
        sgd.oneMinusDampening = (float) tuner.after;
        sgd.l2 = tuner.after < 1 ? reduced(1 / tuner.after, l2) : l2;
        sgd.nesterov = settings.weight();
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(settings.firstMomentum());
        struct.add(1); // one_minus_dampening
        struct.add(0); // nesterov
        struct.add(settings.weight());
        struct.add(settings.width());
        struct.add(settings.clipThreshold());
        struct.add(settings.autoClipFactor());
        struct.add(settings.adaptClip() ? 1 : 0);
        struct.add(settings.zeroDebias() ? 1 : 0);
        struct.add(settings.logSmooth() ? 1 : 0);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.YellowFin(step, learningRate, gradScale, l2, stepSize, settings.firstMomentum(),
                settings.weight());
    }
}
