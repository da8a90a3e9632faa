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
    private YellowFinTuner tuner = new YellowFinTuner();

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
        tuner.forget();
        tuner.setStepSize((float) h.learningRate());
        tuner.firstMomentum = (float) (double) h.get(MOMENTUM);
        tuner.weight = (float) (1 - h.get(BETA));
        tuner.width = h.get(CURV_WIN_WIDTH);
        tuner.clipThreshold = (float) (double) h.get(CLIP_THRESHOLD);
        tuner.autoClipFactor = (float) (double) h.get(AUTO_CLIP_FACTOR);
        tuner.adaptClip = h.get(ADAPT_CLIP);
        tuner.zeroDebias = h.get(ZERO_DEBIAS);
        tuner.logSmooth = h.get(LOG_SMOOTH);
    }

    @Override
    void setRate(double learningRateGiven, double factor) {
        super.setRate(learningRateGiven, factor);
        tuner.setStepSize((float) learningRateGiven);
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
        tuner.tune(sums[0], sums[1], sums[2], numbers);
        sgd.gradScale = scaled(tuner.before, gradScale);
        sgd.stepSize = reduced(tuner.learningRate * rateFactor, 1);
        sgd.momentum = (float) tuner.momentum;
        sgd.oneMinusDampening = (float) tuner.after;
        sgd.l2 = tuner.after < 1 ? reduced(1 / tuner.after, l2) : l2;
        sgd.nesterov = tuner.weight;
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(tuner.firstMomentum);
        struct.add(1); // one_minus_dampening
        struct.add(0); // nesterov
        struct.add(tuner.weight);
        struct.add(tuner.width);
        struct.add(tuner.clipThreshold);
        struct.add(tuner.autoClipFactor);
        struct.add(tuner.adaptClip ? 1 : 0);
        struct.add(tuner.zeroDebias ? 1 : 0);
        struct.add(tuner.logSmooth ? 1 : 0);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.YellowFin(step, learningRate, gradScale, l2, stepSize, tuner.firstMomentum,
                tuner.weight);
    }
}
