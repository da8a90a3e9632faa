package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.radam.Coefficients.Mode;
import io.radam.internal.schedule.AdamSchedule;
import io.radam.internal.schedule.StepCoefficients;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The update rule in Java: the reference that the native kernels are tested against, and what runs where they cannot.
 * {@code radam_coefficients} in {@code radam.h} documents it line by line. The bits are those of the native kernels
 * because each line is the same sequence of correctly rounded float operations.
 */
public final class JavaKernel extends Kernel {
    private AdamSchedule schedule;

    @Override
    public void adopt(Tensor tensor, Arena arena) {
        // All that there is to know is in the tensor.
    }

    @Override
    public void load(StepCoefficients coefficients) {
        schedule = coefficients.schedule();
    }

    @Override
    public void load(Tensor tensor) {
        // All that there is to know is in the tensor.
    }

    @Override
    public void step(Tensor t, long begin, long end) {
        if (t.plain) {
            step(begin, end, schedule.gradScale, t.values, t.gradient, t.state);
        } else {
            BlockKernel.step(this, schedule, t, begin, end);
        }
    }

    @Override
    public void gradientStatistics(Tensor t, long begin, long end, StatisticsTable table, int entry) {
        JavaStatistics.compute(t, begin, end, table, entry);
    }

    /** The rule, on float segments. */
    void step(long begin, long end, float gradScale, MemorySegment values, MemorySegment gradient,
            MemorySegment[] state) {
        MemorySegment expAvg = state[0];
        MemorySegment expAvgSq = state[1];
        MemorySegment maxExpAvgSq = state[2];
        // Locals, so that the compiler knows that a store to a segment does not change them.
        Mode mode = schedule.mode;
        boolean movesValues = mode == Mode.ADAPTIVE || mode == Mode.MOMENTUM;
        boolean adaptive = mode == Mode.ADAPTIVE;
        boolean movesExpAvg = mode != Mode.SECOND_MOMENT_ONLY;
        boolean amsgrad = maxExpAvgSq != null;
        float l2 = schedule.l2;
        float beta1 = schedule.beta1;
        float oneMinusBeta1 = schedule.oneMinusBeta1;
        float beta2 = schedule.beta2;
        float oneMinusBeta2 = schedule.oneMinusBeta2;
        float stepSize = schedule.stepSize;
        float epsilon = schedule.epsilon;
        float decay = schedule.decay;

        for (long i = begin; i < end; i++) {
            float p = values.getAtIndex(JAVA_FLOAT, i);
            float g = gradScale * gradient.getAtIndex(JAVA_FLOAT, i);
            if (l2 != 0) {
                g = Math.fma(l2, p, g);
            }

            float m = expAvg.getAtIndex(JAVA_FLOAT, i);
            if (movesExpAvg) {
                m = oneMinusBeta1 < 0.5f ? Math.fma(oneMinusBeta1, g - m, m) : Math.fma(beta1, m - g, g);
                expAvg.setAtIndex(JAVA_FLOAT, i, m);
            }

            float v = expAvgSq.getAtIndex(JAVA_FLOAT, i);
            v = oneMinusBeta2 < 0.5f
                    ? Math.fma(oneMinusBeta2, Math.fma(g, g, -v), v)
                    : Math.fma(beta2, Math.fma(-g, g, v), g * g);
            expAvgSq.setAtIndex(JAVA_FLOAT, i, v);

            float secondMoment = v;
            if (amsgrad) {
                float max = maxExpAvgSq.getAtIndex(JAVA_FLOAT, i);
                secondMoment = max > v ? max : v;
                maxExpAvgSq.setAtIndex(JAVA_FLOAT, i, secondMoment);
            }

            if (movesValues) {
                float update = adaptive ? m / ((float) Math.sqrt(secondMoment) + epsilon) : m;
                values.setAtIndex(JAVA_FLOAT, i, decay == 0
                        ? Math.fma(-stepSize, update, p)
                        : p - Math.fma(stepSize, update, decay * p));
            }
        }
    }
}
