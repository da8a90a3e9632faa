package io.radam.internal.kernel;

import io.radam.internal.schedule.Schedule;
import io.radam.internal.schedule.StepCoefficients;
import java.lang.foreign.Arena;

/** Steps in Java. */
public final class JavaKernel extends Kernel {
    private Spares<BlockKernel> blockKernels;
    private final Spares<JavaStatistics> statistics = new Spares<>(JavaStatistics::new);
    private Schedule schedule;
    private Rule rule;
    private VectorRule vectorRule;

    /** Whether it steps float32 tensors by the Vector API. */
    public static boolean usesVectors() {
        return VectorRule.available();
    }

    @Override
    public void adopt(Tensor tensor, Arena arena) {
        // Nothing to do: the tensor has everything.
    }

    @Override
    public void load(StepCoefficients coefficients) {
        if (schedule != coefficients.schedule()) {
            schedule = coefficients.schedule();
            blockKernels = new Spares<>(() -> new BlockKernel(coefficients.algorithm().state()));
            rule = Rule.of(schedule);
            vectorRule = VectorRule.of(schedule);
        }
    }

    @Override
    public void load(Tensor tensor) {
        // Nothing to do: the tensor has everything.
    }

    @Override
    public void step(Tensor t, long begin, long end) {
        long from = t.plain && vectorRule != null ? vectorRule.step(t, begin, end) : begin;
        if (from < end) {
            BlockKernel blocks = blockKernels.take();
            blocks.step(rule, schedule, t, from, end);
            blockKernels.giveBack(blocks);
        }
    }

    @Override
    public void gradientStatistics(Tensor t, long begin, long end, StatisticsTable table, int entry) {
        JavaStatistics measuring = statistics.take();
        measuring.compute(t, begin, end, table, entry);
        statistics.giveBack(measuring);
    }
}
