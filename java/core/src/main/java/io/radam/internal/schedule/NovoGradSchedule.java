package io.radam.internal.schedule;

import static io.radam.NovoGradSettings.AMSGRAD;
import static io.radam.NovoGradSettings.BETA1;
import static io.radam.NovoGradSettings.BETA2;
import static io.radam.NovoGradSettings.EPSILON;
import static io.radam.NovoGradSettings.GRAD_AVERAGING;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** NovoGrad: {@code novograd.h}. */
public final class NovoGradSchedule extends LayerwiseSchedule {
    private static final int EXP_AVG_SQ = 0;
    private static final int MAX_EXP_AVG_SQ = 1;

    private final SgdSchedule sgd = new SgdSchedule();
    private boolean gradAveraging;
    private boolean amsgrad;
    private float oneMinusBeta1;
    private float oneMinusBeta2;
    private float epsilon;

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
        sgd.configure(h, h.get(BETA1), 0, false, WeightDecay.L2);
        gradAveraging = h.get(GRAD_AVERAGING);
        amsgrad = h.get(AMSGRAD);
        oneMinusBeta1 = (float) (1 - h.get(BETA1));
        oneMinusBeta2 = (float) (1 - h.get(BETA2));
        epsilon = (float) (double) h.get(EPSILON);
    }

    @Override
    void compute(long step) {
        sgd.compute(step, 1);
        sgd.gradScale = gradScale;
        if (gradAveraging) {
            sgd.oneMinusDampening = oneMinusBeta1;
        }
        l2 = sgd.l2;
        decay = sgd.decay;
        stepSize = sgd.stepSize;
    }

    @Override
    void reduce(long length, double[] sums, double[] numbers) {
        double ofGradient = sums[0];
        boolean known = ofGradient >= 0 && Double.isFinite(ofGradient);
        double average = numbers[EXP_AVG_SQ];
        double most = numbers[MAX_EXP_AVG_SQ];
        if (known) {
            double weight = oneMinusBeta2;
            average = average == 0 ? ofGradient : (1 - weight) * average + weight * ofGradient;
            most = amsgrad && average > most ? average : most;
        }
        numbers[EXP_AVG_SQ] = average;
        numbers[MAX_EXP_AVG_SQ] = most;
        double second = amsgrad ? most : average;
        double divisor = known || second > 0 ? Math.sqrt(second) + epsilon : 1;
        sgd.gradScale = scaled(divisor > 0 ? 1 / divisor : 1, gradScale);
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(sgd.momentum);
        struct.add(sgd.oneMinusDampening);
        struct.add(sgd.nesterov);
        struct.add(oneMinusBeta2);
        struct.add(epsilon);
        struct.add(amsgrad ? 1 : 0);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.NovoGrad(step, learningRate, gradScale, l2, stepSize, sgd.momentum,
                sgd.oneMinusDampening, oneMinusBeta2, epsilon);
    }
}
