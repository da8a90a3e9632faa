package io.radam.internal.schedule;

import static io.radam.LarsSettings.ADAPT;
import static io.radam.LarsSettings.DAMPENING;
import static io.radam.LarsSettings.DECAYED_NORM;
import static io.radam.LarsSettings.EPSILON;
import static io.radam.LarsSettings.MOMENTUM;
import static io.radam.LarsSettings.NESTEROV;
import static io.radam.LarsSettings.TRUST_CLIP;
import static io.radam.LarsSettings.TRUST_COEFFICIENT;

import io.radam.Adaptation;
import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** LARS: {@code lars.h}. */
public final class LarsSchedule extends LayerwiseSchedule {
    private final SgdSchedule sgd = new SgdSchedule();
    private boolean trustClip;

    /** The weight decay within the gradient whose norm is taken. */
    public float normL2;
    private float paramWeight;
    private float trustCoefficient;
    private float epsilon;
    private float divisor;
    private float maxRatio;
    private boolean adapts;

    @Override
    public Schedule stepped() {
        return sgd;
    }

    @Override
    public boolean sumsReadState() {
        return false;
    }

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        sgd.configure(h, h.get(MOMENTUM), h.get(DAMPENING), h.get(NESTEROV), WeightDecay.L2);
        boolean decayed = h.get(DECAYED_NORM);
        normL2 = (float) (decayed ? h.weightDecay() : 0);
        paramWeight = (float) (decayed ? 0 : h.weightDecay());
        trustCoefficient = (float) (double) h.get(TRUST_COEFFICIENT);
        epsilon = (float) (double) h.get(EPSILON);
        trustClip = h.get(TRUST_CLIP);
        maxRatio = trustClip ? 1 : Float.POSITIVE_INFINITY;
        Adaptation adaptation = h.get(ADAPT);
        adapts = adaptation == Adaptation.ALWAYS || adaptation == Adaptation.WITH_DECAY && h.weightDecay() != 0;
    }

    @Override
    void compute(long step) {
        sgd.compute(step, 1);
        sgd.gradScale = gradScale;
        l2 = sgd.l2;
        decay = sgd.decay;
        stepSize = sgd.stepSize;
        divisor = trustClip ? Math.abs(stepSize) : 1;
    }

    @Override
    void reduce(long length, double[] sums, double[] numbers) {
        double paramNorm = Math.sqrt(sums[0]);
        double gradNorm = Math.sqrt(sums[1]);
        double adapted = trustCoefficient * paramNorm / (gradNorm + paramWeight * paramNorm + epsilon);
        double ratio = 1;
        if (adapts) {
            boolean known = paramNorm > 0 && gradNorm > 0 && Double.isFinite(adapted);
            double quotient = (known ? adapted : 1) / divisor;
            ratio = quotient < maxRatio ? quotient : (double) maxRatio;
        }
        sgd.gradScale = scaled(ratio, gradScale);
        sgd.l2 = l2 == 0 ? 0 : reduced(ratio, l2);
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(sgd.momentum);
        struct.add(sgd.oneMinusDampening);
        struct.add(sgd.nesterov);
        struct.add(normL2);
        struct.add(paramWeight);
        struct.add(trustCoefficient);
        struct.add(epsilon);
        struct.add(divisor);
        struct.add(maxRatio);
        struct.add(adapts ? 1 : 0);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.LARS(step, learningRate, gradScale, l2, stepSize, sgd.momentum, sgd.oneMinusDampening,
                sgd.nesterov, adapts);
    }
}
