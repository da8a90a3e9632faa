package io.radam.internal.schedule;

import static io.radam.LambSettings.ADAPT;
import static io.radam.LambSettings.BETA1;
import static io.radam.LambSettings.BETA2;
import static io.radam.LambSettings.BIAS_CORRECTION;
import static io.radam.LambSettings.DECAY_APART;
import static io.radam.LambSettings.EPSILON;
import static io.radam.LambSettings.GRAD_AVERAGING;
import static io.radam.LambSettings.MAX_PARAM_NORM;
import static io.radam.LambSettings.TRUST_CLIP;

import io.radam.Adaptation;
import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** LAMB: {@code lamb.h}. */
public final class LambSchedule extends LayerwiseByAdam {
    private double beta1AsDouble;
    private double weightDecayAsDouble;
    private boolean biasCorrection;
    private boolean gradAveraging;
    private boolean decayApart;

    /** What Adam's update is multiplied by, without the learning rate. */
    public float updateScale;
    /** What values are multiplied by in the update; 0 where decay is apart. */
    public float weightDecay;
    private float maxParamNorm;
    private float paramScale;
    private float maxRatio;
    private boolean adapts;

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        biasCorrection = h.get(BIAS_CORRECTION);
        gradAveraging = h.get(GRAD_AVERAGING);
        decayApart = h.get(DECAY_APART);
        adam.configure(h, h.get(BETA1), h.get(BETA2), h.get(EPSILON), biasCorrection, WeightDecay.DECOUPLED);
        beta1AsDouble = h.get(BETA1);
        weightDecayAsDouble = h.weightDecay();
        weightDecay = (float) (decayApart ? 0 : weightDecayAsDouble);
        maxParamNorm = (float) (double) h.get(MAX_PARAM_NORM);
        maxRatio = h.get(TRUST_CLIP) ? 1 : Float.POSITIVE_INFINITY;
        Adaptation adaptation = h.get(ADAPT);
        adapts = adaptation == Adaptation.ALWAYS
                || adaptation == Adaptation.WITH_DECAY && weightDecayAsDouble != 0;
    }

    @Override
    void compute(long step) {
        computeAdam(step);
        double scale = biasCorrection ? Math.sqrt(adam.beta2Power.complement()) / adam.beta1Power.complement() : 1;
        if (!gradAveraging) {
            scale /= 1 - beta1AsDouble;
        }
        updateScale = (float) scale;
        stepSize = (float) (learningRate * scale);
        paramScale = (float) (decayApart ? Math.abs(1 - learningRate * weightDecayAsDouble) : 1);
    }

    @Override
    void reduce(long length, double[] sums, double[] numbers) {
        double norm = Math.sqrt(sums[0]) * paramScale;
        double paramNorm = maxParamNorm < norm ? (double) maxParamNorm : norm;
        double updateNorm = Math.sqrt(sums[1]);
        double quotient = paramNorm / updateNorm;
        double ratio = 1;
        if (adapts && paramNorm > 0 && updateNorm > 0 && Double.isFinite(quotient)) {
            ratio = quotient < maxRatio ? quotient : (double) maxRatio;
        }
        adam.stepSize = reduced(ratio, stepSize);
        adam.decay = weightDecay != 0 ? reduced(ratio, decay) : decay;
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(updateScale);
        struct.add(weightDecay);
        struct.add(maxParamNorm);
        struct.add(paramScale);
        struct.add(maxRatio);
        struct.add(adapts ? 1 : 0);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.LAMB(step, learningRate, gradScale, decay, stepSize, updateScale, weightDecay,
                adam.epsilon, adapts);
    }
}
