package io.radam;

import static io.radam.AdamSettings.BETA1;
import static io.radam.AdamSettings.BETA2;

import io.radam.internal.kernel.PlainFunctions;

/**
 * The rules as {@code radam_coefficients} in {@code radam.h} documents them, line by line, on one parameter in arrays.
 */
final class PlainReference {
    final float[] p;
    /** The algorithm's buffers; null in place of each that does not exist. */
    final float[][] state;
    long step;
    /** What the algorithm keeps beside the buffers. */
    final double[] numbers;

    PlainReference(int length, Hyperparameters h) {
        p = new float[length];
        numbers = new double[h.algorithm().numbers().size()];
        state = h.state().stream().map(buffer -> buffer == null ? null : new float[length]).toArray(float[][]::new);
    }

    void step(ParameterGroup group, float[] gradient) {
        Coefficients coefficients = group.coefficients(++step);
        Hyperparameters h = group.hyperparameters();
        switch (coefficients) {
            case Coefficients.LAMB c -> lamb(gradient, c, h);
            case Coefficients.StableAdamW c -> stableAdamW(gradient, c, h);
            case Coefficients.LARS c -> lars(gradient, c, h);
            case Coefficients.CautiousAdamW c -> cautiousAdamW(gradient, c, h);
            case Coefficients.CautiousLion c -> cautiousLion(gradient, c, h);
            case Coefficients.NovoGrad c -> novoGrad(gradient, c, h);
            default -> step(coefficients, h, gradient);
        }
    }

    private static float bounded(float g) {
        return g > 0x1p63f ? 0x1p63f : g < -0x1p63f ? -0x1p63f : g;
    }

    private void lamb(float[] gradient, Coefficients.LAMB c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        float[] updates = new float[p.length];
        float[] terms = new float[p.length];
        for (int i = 0; i < p.length; i++) {
            float g = bounded(c.gradientScale() * gradient[i]);
            m[i] = average(m[i], g, h.get(LambSettings.BETA1));
            v[i] = averageOfSquare(v[i], g, h.get(LambSettings.BETA2));
            updates[i] = m[i] / ((float) Math.sqrt(v[i]) + c.epsilon());
            terms[i] = Math.fma(c.updateScale(), updates[i], c.weightDecay() * p[i]);
        }
        double paramNorm = Math.sqrt(sumOfSquares(p));
        float most = h.get(LambSettings.MAX_PARAM_NORM).floatValue();
        if (h.get(LambSettings.DECAY_APART)) {
            paramNorm *= (float) Math.abs(1 - c.learningRate() * h.weightDecay());
        }
        paramNorm = most < paramNorm ? (double) most : paramNorm;
        double updateNorm = Math.sqrt(sumOfSquares(terms));
        double ratio = paramNorm / updateNorm;
        if (!c.adapts() || !(paramNorm > 0) || !(updateNorm > 0) || !Double.isFinite(ratio)) {
            ratio = 1;
        } else if (h.get(LambSettings.TRUST_CLIP)) {
            ratio = Math.min(ratio, 1);
        }
        float stepSize = (float) Math.min(0x1p126, ratio * c.stepSize());
        float decay = c.weightDecay() == 0 ? c.decay() : (float) Math.min(0x1p126, ratio * c.decay());
        for (int i = 0; i < p.length; i++) {
            move(i, updates[i], stepSize, decay);
        }
    }

    private void stableAdamW(float[] gradient, Coefficients.StableAdamW c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        float[] terms = new float[p.length];
        for (int i = 0; i < p.length; i++) {
            float g = bounded(c.gradientScale() * gradient[i]);
            m[i] = average(m[i], g, c.beta1(), c.oneMinusBeta1());
            v[i] = averageOfSquare(v[i], g, c.beta2(), c.oneMinusBeta2());
            float root = (float) Math.sqrt(v[i]);
            terms[i] = g / (c.epsilon() > root ? c.epsilon() : root);
        }
        double excess = Math.sqrt(sumOfSquares(terms) / p.length)
                / h.get(StableAdamWSettings.CLIP_THRESHOLD).floatValue();
        float stepSize = excess > 1 ? (float) (c.stepSize() / excess) : c.stepSize();
        float decay = excess > 1 ? (float) (c.decay() / excess) : c.decay();
        for (int i = 0; i < p.length; i++) {
            move(i, m[i] / ((float) Math.sqrt(v[i]) + c.epsilon()), stepSize, decay);
        }
    }

    private void lars(float[] gradient, Coefficients.LARS c, Hyperparameters h) {
        boolean decayed = h.get(LarsSettings.DECAYED_NORM);
        float l2OfNorm = decayed ? (float) h.weightDecay() : 0;
        float[] terms = new float[p.length];
        for (int i = 0; i < p.length; i++) {
            terms[i] = bounded(Math.fma(l2OfNorm, p[i], c.gradientScale() * gradient[i]));
        }
        double paramNorm = Math.sqrt(sumOfSquares(p));
        double gradNorm = Math.sqrt(sumOfSquares(terms));
        double weight = decayed ? 0 : (float) h.weightDecay();
        double adapted = h.get(LarsSettings.TRUST_COEFFICIENT).floatValue() * paramNorm
                / (gradNorm + weight * paramNorm + h.get(LarsSettings.EPSILON).floatValue());
        double ratio = 1;
        if (c.adapts()) {
            ratio = paramNorm > 0 && gradNorm > 0 && Double.isFinite(adapted) ? adapted : 1;
            ratio = h.get(LarsSettings.TRUST_CLIP) ? Math.min(1, ratio / (float) c.learningRate()) : ratio;
        }
        float scale = (float) Math.min(0x1p126, Math.max(0x1p-126, ratio * Math.abs(c.gradientScale())));
        float l2 = (float) Math.min(0x1p126, ratio * c.l2());
        for (int i = 0; i < p.length; i++) {
            float g = Math.copySign(scale, c.gradientScale()) * gradient[i];
            g = bounded(l2 == 0 ? g : Math.fma(l2, p[i], g));
            float[] b = state[0];
            if (b != null) {
                b[i] = Math.fma(c.momentum(), b[i], c.oneMinusDampening() * g);
                g = c.nesterov() == 0 ? b[i] : Math.fma(c.nesterov(), b[i], g);
            }
            move(i, g, c.stepSize(), 0);
        }
    }

    private void cautiousAdamW(float[] gradient, Coefficients.CautiousAdamW c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        float[] updates = new float[p.length];
        int stepped = 0;
        for (int i = 0; i < p.length; i++) {
            float g = bounded(c.gradientScale() * gradient[i]);
            m[i] = average(m[i], g, h.get(CautiousAdamWSettings.BETA1));
            v[i] = averageOfSquare(v[i], g, h.get(CautiousAdamWSettings.BETA2));
            boolean agrees = m[i] * g > 0;
            updates[i] = m[i] / ((float) Math.sqrt(v[i]) + c.epsilon()) * (agrees ? 1 : 0);
            stepped += agrees ? 1 : 0;
        }
        moveCautiously(updates, stepped, c);
    }

    private void cautiousLion(float[] gradient, Coefficients.CautiousLion c, Hyperparameters h) {
        float[] m = state[0];
        float[] updates = new float[p.length];
        int stepped = 0;
        for (int i = 0; i < p.length; i++) {
            float g = bounded(c.gradientScale() * gradient[i]);
            float u = Math.signum(average(m[i], g, h.get(LionSettings.BETA1)));
            m[i] = average(m[i], g, h.get(LionSettings.BETA2));
            boolean agrees = u * g > 0;
            updates[i] = u * (agrees ? 1 : 0);
            stepped += agrees ? 1 : 0;
        }
        moveCautiously(updates, stepped, c);
    }

    private void moveCautiously(float[] updates, int stepped, Coefficients c) {
        double factor = p.length == 0 ? 1 : 1 / Math.max((double) stepped / p.length, 1e-3);
        float stepSize = (float) Math.min(0x1p126, factor * c.stepSize());
        for (int i = 0; i < p.length; i++) {
            move(i, updates[i], stepSize, c.decay());
        }
    }

    private void novoGrad(float[] gradient, Coefficients.NovoGrad c, Hyperparameters h) {
        float[] terms = new float[p.length];
        for (int i = 0; i < p.length; i++) {
            terms[i] = bounded(c.gradientScale() * gradient[i]);
        }
        double squares = sumOfSquares(terms);
        boolean measured = squares >= 0 && squares < Double.POSITIVE_INFINITY;
        if (measured) {
            double b = c.oneMinusBeta2();
            numbers[0] = numbers[0] == 0 ? squares : (1 - b) * numbers[0] + b * squares;
            numbers[1] = h.get(NovoGradSettings.AMSGRAD) ? Math.max(numbers[1], numbers[0]) : numbers[1];
        }
        double under = numbers[h.get(NovoGradSettings.AMSGRAD) ? 1 : 0];
        double divisor = measured || under > 0 ? Math.sqrt(under) + c.epsilon() : 1;
        float scale = (float) Math.min(0x1p126, Math.max(0x1p-126, 1 / divisor * Math.abs(c.gradientScale())));
        for (int i = 0; i < p.length; i++) {
            float g = Math.copySign(scale, c.gradientScale()) * gradient[i];
            g = bounded(c.l2() == 0 ? g : Math.fma(c.l2(), p[i], g));
            float[] m = state[0];
            if (m != null) {
                m[i] = Math.fma(c.momentum(), m[i], c.oneMinusDampening() * g);
                g = m[i];
            }
            move(i, g, c.stepSize(), 0);
        }
    }

    /** Of pieces of 8192 elements, which are added as the elements within them. */
    private static double sumOfSquares(float[] terms) {
        int count = (terms.length + 8191) / 8192;
        double[] pieces = new double[32];
        for (int piece = 0; piece < count; piece++) {
            double[] lanes = new double[32];
            for (int i = 8192 * piece; i < Math.min(terms.length, 8192 * (piece + 1)); i++) {
                lanes[i % 32] += (double) terms[i] * terms[i];
            }
            pieces[piece % 32] += pairwise(lanes);
        }
        return pairwise(pieces);
    }

    private static double pairwise(double[] sums) {
        for (int distance = 16; distance > 0; distance /= 2) {
            for (int j = 0; j < distance; j++) {
                sums[j] += sums[j + distance];
            }
        }
        return sums[0];
    }

    private void step(Coefficients coefficients, Hyperparameters h, float[] gradient) {
        for (int i = 0; i < p.length; i++) {
            float g = coefficients.gradientScale() * gradient[i];
            if (coefficients.l2() != 0) {
                g = Math.fma(coefficients.l2(), p[i], g);
            }
            g = bounded(g);
            switch (coefficients) {
                case Coefficients.LAMB c -> throw new AssertionError("not element by element: " + c);
                case Coefficients.LARS c -> throw new AssertionError("not element by element: " + c);
                case Coefficients.NovoGrad c -> throw new AssertionError("not element by element: " + c);
                case Coefficients.SgdHD c -> throw new AssertionError("not parameter by parameter: " + c);
                case Coefficients.YellowFin c -> throw new AssertionError("not parameter by parameter: " + c);
                case Coefficients.AdamHD c -> throw new AssertionError("not parameter by parameter: " + c);
                case Coefficients.AdamP c -> adamP(i, g, c, h);
                case Coefficients.SGDP c -> sgdP(i, g, c);
                case Coefficients.StableAdamW c -> throw new AssertionError("not element by element: " + c);
                case Coefficients.CautiousAdamW c -> throw new AssertionError("not element by element: " + c);
                case Coefficients.CautiousLion c -> throw new AssertionError("not element by element: " + c);
                case Coefficients.Adam c -> adam(i, g, c, h);
                case Coefficients.SGD c -> sgd(i, g, c);
                case Coefficients.Lion c -> lion(i, g, c, h);
                case Coefficients.NAdam c -> nadam(i, g, c, h);
                case Coefficients.RMSprop c -> rmsprop(i, g, c, h);
                case Coefficients.Adagrad c -> adagrad(i, g, c);
                case Coefficients.Adamax c -> adamax(i, g, c, h);
                case Coefficients.Adadelta c -> adadelta(i, g, c, h);
                case Coefficients.AdaBelief c -> adabelief(i, g, c, h);
                case Coefficients.ADOPT c -> adopt(i, g, c, h);
                case Coefficients.Yogi c -> yogi(i, g, c, h);
                case Coefficients.QHAdam c -> qhadam(i, g, c, h);
                case Coefficients.AdEMAMix c -> ademamix(i, g, c, h);
                case Coefficients.AdaMod c -> adamod(i, g, c, h);
                case Coefficients.AdaBound c -> adabound(i, g, c, h);
                case Coefficients.DiffGrad c -> diffgrad(i, g, c, h);
                case Coefficients.Padam c -> padam(i, g, c, h);
                case Coefficients.MADGRAD c -> madgrad(i, g, c);
                case Coefficients.COCOB c -> cocob(i, g, c);
                case Coefficients.ScheduleFreeSGD c -> {
                    float u = scheduleFreeUpdate(i, g, c.ckp1(), c.rate(), c.zRate(), c.decay(), c.zDecay());
                    move(i, u, c);
                }
                case Coefficients.ScheduleFreeAdamW c -> scheduleFreeAdamW(i, g, c, h);
                case Coefficients.QHM c -> qhm(i, g, c, h);
                case Coefficients.Adan c -> adan(i, g, c, h);
                case Coefficients.Custom c -> throw new AssertionError("no rule of the library: " + c);
            }
        }
    }

    private void adam(int i, float g, Coefficients.Adam c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        float[] w = state[2];
        if (c.mode() != Coefficients.Mode.SECOND_MOMENT_ONLY) {
            m[i] = average(m[i], g, h.get(BETA1));
        }
        v[i] = averageOfSquare(v[i], g, h.get(BETA2));
        float s = (float) Math.sqrt(v[i]);
        if (w != null) {
            w[i] = w[i] > v[i] ? w[i] : v[i];
            s = (float) Math.sqrt(w[i]);
        }
        switch (c.mode()) {
            case ADAPTIVE -> move(i, m[i] / (s + c.epsilon()), c);
            case MOMENTUM -> move(i, m[i], c);
            case MOMENTS_ONLY, SECOND_MOMENT_ONLY -> { }
        }
    }

    private void sgd(int i, float g, Coefficients.SGD c) {
        float[] b = state[0];
        if (b == null) {
            move(i, g, c);
            return;
        }
        b[i] = Math.fma(c.momentum(), b[i], c.oneMinusDampening() * g);
        move(i, c.nesterov() == 0 ? b[i] : Math.fma(c.nesterov(), b[i], g), c);
    }

    private void lion(int i, float g, Coefficients.Lion c, Hyperparameters h) {
        float[] m = state[0];
        float x = average(m[i], g, h.get(LionSettings.BETA1));
        move(i, x > 0 ? 1 : x < 0 ? -1 : x, c);
        m[i] = average(m[i], g, h.get(LionSettings.BETA2));
    }

    private void nadam(int i, float g, Coefficients.NAdam c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        m[i] = average(m[i], g, h.get(NAdamSettings.BETA1));
        v[i] = averageOfSquare(v[i], g, h.get(NAdamSettings.BETA2));
        float n = Math.fma(c.gradientFactor(), g, c.expAvgFactor() * m[i]);
        move(i, n / ((float) Math.sqrt(v[i]) + c.epsilon()), c);
    }

    /** Of a parameter without rows. */
    private void adamP(int i, float g, Coefficients.AdamP c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        m[i] = average(m[i], g, h.get(AdamPSettings.BETA1));
        v[i] = averageOfSquare(v[i], g, h.get(AdamPSettings.BETA2));
        float n = Math.fma(c.gradFactor(), g, c.expAvgFactor() * m[i]);
        move(i, n / ((float) Math.sqrt(v[i]) + c.epsilon()), c);
    }

    /** Likewise. */
    private void sgdP(int i, float g, Coefficients.SGDP c) {
        float[] b = state[0];
        if (b == null) {
            move(i, g, c);
            return;
        }
        b[i] = Math.fma(c.momentum(), b[i], c.oneMinusDampening() * g);
        move(i, c.nesterov() == 0 ? b[i] : Math.fma(c.nesterov(), b[i], g), c);
    }

    private void rmsprop(int i, float g, Coefficients.RMSprop c, Hyperparameters h) {
        float[] v = state[0];
        float[] b = state[1];
        float[] a = state[2];
        v[i] = averageOfSquare(v[i], g, h.get(RMSpropSettings.ALPHA));
        float s = v[i];
        if (a != null) {
            a[i] = average(a[i], g, h.get(RMSpropSettings.ALPHA));
            s = Math.fma(-a[i], a[i], v[i]);
            if (s < 0) {
                s = 0;
            }
        }
        float q = g / ((float) Math.sqrt(s + c.epsilonInRoot()) + c.epsilon());
        if (b != null) {
            q = Math.fma(c.momentum(), b[i], q);
            b[i] = q;
        }
        move(i, q, c);
    }

    private void adagrad(int i, float g, Coefficients.Adagrad c) {
        float[] s = state[0];
        s[i] = Math.fma(g, g, s[i] + c.initialAccumulator());
        if (s[i] > 0x1p127f) {
            s[i] = 0x1p127f;
        }
        move(i, g / ((float) Math.sqrt(s[i]) + c.epsilon()), c);
    }

    private void adamax(int i, float g, Coefficients.Adamax c, Hyperparameters h) {
        float[] m = state[0];
        float[] n = state[1];
        m[i] = average(m[i], g, h.get(AdamaxSettings.BETA1));
        float decayed = (float) (double) h.get(AdamaxSettings.BETA2) * n[i];
        float magnitude = Math.abs(g) + c.epsilon();
        n[i] = magnitude > decayed ? magnitude : decayed;
        if (n[i] > 0x1p127f) {
            n[i] = 0x1p127f;
        }
        move(i, m[i] / n[i], c);
    }

    private void adadelta(int i, float g, Coefficients.Adadelta c, Hyperparameters h) {
        float[] v = state[0];
        float[] w = state[1];
        double rho = h.get(AdadeltaSettings.RHO);
        v[i] = averageOfSquare(v[i], g, rho);
        float above = (float) Math.sqrt(w[i] + c.epsilon());
        float u = above / (float) Math.sqrt(v[i] + c.epsilon()) * g;
        if (u > 0x1p63f) {
            u = 0x1p63f;
        } else if (u < -0x1p63f) {
            u = -0x1p63f;
        }
        w[i] = averageOfSquare(w[i], u, rho);
        move(i, u, c);
    }

    private void adabelief(int i, float g, Coefficients.AdaBelief c, Hyperparameters h) {
        float[] m = state[0];
        float[] s = state[1];
        float[] w = state[2];
        m[i] = average(m[i], g, h.get(AdaBeliefSettings.BETA1));
        float d = g - m[i];
        if (d > 0x1p63f) {
            d = 0x1p63f;
        } else if (d < -0x1p63f) {
            d = -0x1p63f;
        }
        s[i] = averageOfSquare(s[i], d, h.get(AdaBeliefSettings.BETA2)) + c.varEpsilon();
        if (s[i] > 0x1p127f) {
            s[i] = 0x1p127f;
        }
        float r = (float) Math.sqrt(s[i]);
        if (w != null) {
            w[i] = w[i] > s[i] ? w[i] : s[i];
            r = (float) Math.sqrt(w[i]);
        }
        move(i, c.mode() == Coefficients.Mode.ADAPTIVE ? m[i] / (r + c.epsilon()) : m[i], c);
    }

    private void adopt(int i, float g, Coefficients.ADOPT c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        boolean first = c.step() == 1;
        float root = (float) Math.sqrt(v[i]);
        float n = g / (c.epsilon() > root ? c.epsilon() : root);
        if (n > c.bound()) {
            n = c.bound();
        } else if (n < -c.bound()) {
            n = -c.bound();
        }
        m[i] = average(m[i], n, first ? 1 : h.get(AdoptSettings.BETA1));
        v[i] = averageOfSquare(v[i], g, first ? 0 : h.get(AdoptSettings.BETA2));
        move(i, m[i], c);
    }

    private void qhadam(int i, float g, Coefficients.QHAdam c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        m[i] = average(m[i], g, c.beta1(), c.oneMinusBeta1());
        v[i] = averageOfSquare(v[i], g, c.beta2(), c.oneMinusBeta2());
        double nu1 = h.get(QHAdamSettings.NU1);
        double nu2 = h.get(QHAdamSettings.NU2);
        float square = g * g;
        float n = Math.fma((float) nu1, m[i], (float) (1 - nu1) * g);
        float s = Math.fma((float) nu2, v[i], (float) (1 - nu2) * square);
        move(i, n / ((float) Math.sqrt(s) + c.epsilon()), c);
    }

    private void ademamix(int i, float g, Coefficients.AdEMAMix c, Hyperparameters h) {
        float[] m = state[0];
        float[] s = state[1];
        float[] v = state[2];
        m[i] = average(m[i], g, h.get(AdEMAMixSettings.BETA1));
        s[i] = average(s[i], g, c.beta3(), c.oneMinusBeta3());
        v[i] = averageOfSquare(v[i], g, h.get(AdEMAMixSettings.BETA2));
        float n = Math.fma(c.alpha(), s[i], m[i]);
        move(i, n / ((float) Math.sqrt(v[i]) + c.epsilon()), c);
    }

    private void adamod(int i, float g, Coefficients.AdaMod c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        float[] n = state[2];
        m[i] = average(m[i], g, h.get(AdaModSettings.BETA1));
        v[i] = averageOfSquare(v[i], g, h.get(AdaModSettings.BETA2));
        float a = c.rate() / ((float) Math.sqrt(v[i]) + c.epsilon());
        if (a > 0x1p63f) {
            a = 0x1p63f;
        }
        n[i] = average(n[i], a, h.get(AdaModSettings.BETA3));
        move(i, (a < n[i] ? a : n[i]) * m[i], c);
    }

    private void adabound(int i, float g, Coefficients.AdaBound c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        float[] w = state[2];
        m[i] = average(m[i], g, h.get(AdaBoundSettings.BETA1));
        v[i] = averageOfSquare(v[i], g, h.get(AdaBoundSettings.BETA2));
        float r = (float) Math.sqrt(v[i]);
        if (w != null) {
            w[i] = w[i] > v[i] ? w[i] : v[i];
            r = (float) Math.sqrt(w[i]);
        }
        float a = c.rate() / (r + c.epsilon());
        if (a < c.lower()) {
            a = c.lower();
        } else if (a > c.upper()) {
            a = c.upper();
        }
        move(i, a * m[i], c);
    }

    private void diffgrad(int i, float g, Coefficients.DiffGrad c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        float[] w = state[2];
        m[i] = average(m[i], g, h.get(DiffGradSettings.BETA1));
        v[i] = averageOfSquare(v[i], g, h.get(DiffGradSettings.BETA2));
        float x = -0x1.715476p+0f * Math.abs(w[i] - g);
        float e = 1 + PlainFunctions.exp2(x < -64 ? -64 : x);
        w[i] = g;
        move(i, m[i] / (e * ((float) Math.sqrt(v[i]) + c.epsilon())), c);
    }

    private void padam(int i, float g, Coefficients.Padam c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        float[] w = state[2];
        m[i] = average(m[i], g, h.get(PadamSettings.BETA1));
        v[i] = averageOfSquare(v[i], g, h.get(PadamSettings.BETA2));
        float r = (float) Math.sqrt(v[i]);
        if (w != null) {
            w[i] = w[i] > v[i] ? w[i] : v[i];
            r = (float) Math.sqrt(w[i]);
        }
        move(i, m[i] / PlainFunctions.power(r + c.epsilon(), c.power(), 0), c);
    }

    private void madgrad(int i, float g, Coefficients.MADGRAD c) {
        float[] v = state[0];
        float[] s = state[1];
        float[] d = state[2];
        float square = g * g;
        v[i] = cut(Math.fma(c.rate(), square, v[i]), 0x1p127f);
        s[i] = cut(Math.fma(c.rate(), g, s[i]), 0x1p127f);
        float u = s[i] / (PlainFunctions.power(v[i], 0x1.555556p-2f, -0x1.555556p-27f) + c.epsilon()) - d[i];
        d[i] = Math.fma(c.stepSize(), u, d[i]);
        if (c.decay() != 0 && c.stepSize() != 1) {
            d[i] = Math.fma(c.decay(), Float.isNaN(p[i]) ? -0x1p127f : cut(p[i], 0x1p127f), d[i]);
        }
        d[i] = cut(d[i], 0x1p127f);
        move(i, u, c);
    }

    private void scheduleFreeAdamW(int i, float g, Coefficients.ScheduleFreeAdamW c, Hyperparameters h) {
        float[] v = state[1];
        float[] m = state[2];
        v[i] = averageOfSquare(v[i], g, h.get(ScheduleFreeAdamWSettings.BETA2));
        float n = g;
        if (m != null) {
            m[i] = average(m[i], g, h.get(ScheduleFreeAdamWSettings.INNER_MOMENTUM));
            n = m[i];
        }
        if (c.mode() == Coefficients.Mode.ADAPTIVE) {
            n = cut(n / ((float) Math.sqrt(v[i]) + c.epsilon()), 0x1p63f);
        }
        move(i, scheduleFreeUpdate(i, n, c.ckp1(), c.rate(), c.zRate(), c.decay(), c.zDecay()), c);
    }

    /** Moves the newest iterate away from the parameter. */
    private float scheduleFreeUpdate(int i, float n, float ckp1, float rate, float zRate, float decay, float zDecay) {
        float[] d = state[0];
        float u = Math.fma(rate, n, -(ckp1 * d[i]));
        d[i] = cut(Math.fma(-zRate, n, d[i]), 0x1p127f);
        if (decay != 0) {
            d[i] = cut(Math.fma(-zDecay, Float.isNaN(p[i]) ? -0x1p127f : cut(p[i], 0x1p127f), d[i]), 0x1p127f);
        }
        d[i] = Math.fma(-ckp1, d[i], d[i]);
        return u;
    }

    private void cocob(int i, float gradient, Coefficients.COCOB c) {
        float[] s = state[0];
        float[] n = state[1];
        float[] l = state[2];
        float[] r = state[3];
        float g = cut(c.rate() * gradient, 0x1p63f);
        float last = c.epsilon() > l[i] ? c.epsilon() : l[i];
        float before = cocobOffset(i, last, c);
        float magnitude = Math.abs(g);
        l[i] = last > magnitude ? last : magnitude;
        s[i] = cut(s[i] - g, 0x1p127f);
        n[i] = cut(n[i] + magnitude, 0x1p127f);
        float reward = Math.fma(-g, before, r[i]);
        r[i] = reward <= 0 ? 0 : cut(reward, 0x1p126f);
        move(i, before - cocobOffset(i, l[i], c), c);
    }

    private float cocobOffset(int i, float largest, Coefficients.COCOB c) {
        float sum = state[1][i] + largest;
        float product = c.alpha() * largest;
        float share = cut(state[0][i] / (sum > product ? sum : product), 1);
        return share * cut((state[3][i] + largest) / largest, 0x1p126f);
    }

    /** A NaN stays NaN. */
    private static float cut(float x, float most) {
        return x > most ? most : x < -most ? -most : x;
    }

    private void qhm(int i, float g, Coefficients.QHM c, Hyperparameters h) {
        float[] b = state[0];
        double nu = h.get(QHMSettings.NU);
        b[i] = average(b[i], g, h.get(QHMSettings.MOMENTUM));
        move(i, Math.fma((float) nu, b[i], (float) (1 - nu) * g), c);
    }

    private void adan(int i, float g, Coefficients.Adan c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        float[] e = state[2];
        float[] w = state[3];
        float d = c.diffScale() * (g + w[i]);
        double beta2 = h.get(AdanSettings.BETA2);
        m[i] = average(m[i], g, h.get(AdanSettings.BETA1));
        e[i] = average(e[i], d, beta2);
        float x = Math.fma((float) beta2, d, g);
        if (x > 0x1p63f) {
            x = 0x1p63f;
        } else if (x < -0x1p63f) {
            x = -0x1p63f;
        }
        v[i] = averageOfSquare(v[i], x, h.get(AdanSettings.BETA3));
        w[i] = -g;
        move(i, Math.fma(c.diffFactor(), e[i], m[i]) / ((float) Math.sqrt(v[i]) + c.epsilon()), c);
    }

    private void yogi(int i, float g, Coefficients.Yogi c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        m[i] = average(m[i] + c.initialAccumulator(), g, h.get(YogiSettings.BETA1));
        v[i] += c.initialAccumulator();
        float part = (float) (1 - h.get(YogiSettings.BETA2));
        float distance = Math.fma(g, g, -v[i]);
        if (distance > 0) {
            v[i] = Math.fma(part, g * g, v[i]);
        } else if (distance < 0) {
            v[i] = Math.fma(part, -(g * g), v[i]);
        } else if (distance != 0) {
            v[i] = distance;
        }
        move(i, m[i] / ((float) Math.sqrt(v[i]) + c.epsilon()), c);
    }

    private static float averageOfSquare(float a, float g, double beta) {
        return averageOfSquare(a, g, (float) beta, (float) (1 - beta));
    }

    private static float averageOfSquare(float a, float g, float beta, float oneMinusBeta) {
        return oneMinusBeta < 0.5f
                ? Math.fma(oneMinusBeta, Math.fma(g, g, -a), a)
                : Math.fma(beta, Math.fma(-g, g, a), g * g);
    }

    private static float average(float a, float x, double beta) {
        return average(a, x, (float) beta, (float) (1 - beta));
    }

    private static float average(float a, float x, float beta, float oneMinusBeta) {
        return oneMinusBeta < 0.5f ? Math.fma(oneMinusBeta, x - a, a) : Math.fma(beta, a - x, x);
    }

    private void move(int i, float u, Coefficients c) {
        move(i, u, c.stepSize(), c.decay());
    }

    private void move(int i, float u, float stepSize, float decay) {
        p[i] = decay == 0 ? Math.fma(-stepSize, u, p[i]) : p[i] - Math.fma(stepSize, u, decay * p[i]);
    }
}
