package io.radam.internal.schedule;

import io.radam.Coefficients;
import io.radam.CustomAlgorithm;
import io.radam.Hyperparameters;
import io.radam.InvalidHyperparameterException;
import io.radam.WeightDecay;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An algorithm of the user's own. */
public final class CustomSchedule extends Schedule {
    /** Has the rule. */
    public final CustomAlgorithm algorithm;
    /** The algorithm's own coefficients. */
    public final float[] own;

    private final double[] exact;
    private Hyperparameters hyperparameters;
    private WeightDecay mode;

    CustomSchedule(CustomAlgorithm algorithm) {
        this.algorithm = algorithm;
        own = new float[algorithm.coefficientNames().size()];
        exact = new double[own.length];
    }

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        hyperparameters = h;
        mode = algorithm.hyperparameters().contains(Hyperparameters.WEIGHT_DECAY_MODE)
                ? h.get(Hyperparameters.WEIGHT_DECAY_MODE) : WeightDecay.L2;
    }

    @Override
    void compute(long step) {
        decay(mode);
        Arrays.fill(exact, Double.NaN); // so that one that is left out is found
        algorithm.coefficients().compute(step, hyperparameters, exact);
        for (int i = 0; i < own.length; i++) {
            own[i] = (float) exact[i];
            if (!Float.isFinite(own[i])) {
                String name = algorithm.coefficientNames().get(i);
                throw new InvalidHyperparameterException("the coefficient " + name + " of " + algorithm + " must be finite "
                        + "as float32, but is " + exact[i] + " in step " + step + " of "
                        + hyperparameters);
            }
        }
    }

    @Override
    void write(CoefficientStruct struct) {
        throw new AssertionError("no native code steps by " + algorithm);
    }

    @Override
    Coefficients coefficients() {
        Map<String, Float> named = new LinkedHashMap<>();
        List<String> names = algorithm.coefficientNames();
        for (int i = 0; i < own.length; i++) {
            named.put(names.get(i), own[i]);
        }
        return new Coefficients.Custom(step, learningRate, gradScale, l2, decay, named);
    }
}
