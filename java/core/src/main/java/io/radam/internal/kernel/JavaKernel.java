package io.radam.internal.kernel;

import io.radam.internal.schedule.Schedule;
import io.radam.internal.schedule.StepCoefficients;
import java.lang.foreign.Arena;

/** Steps in Java. */
public final class JavaKernel extends Kernel {
    private Spares<BlockKernel> blockKernels;
    private final Spares<double[]> sums = new Spares<>(JavaStatistics::newSums);
    private Schedule schedule;
    private Rule rule;

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
        }
    }

    @Override
    public void load(Tensor tensor) {
        // Nothing to do: the tensor has everything.
    }

    @Override
    public void step(Tensor t, long begin, long end) {
        BlockKernel blocks = blockKernels.take();
        blocks.step(rule, schedule, t, begin, end);
        blockKernels.giveBack(blocks);
    }

    @Override
    public void gradientStatistics(Tensor t, long begin, long end, StatisticsTable table, int entry) {
        double[] scratch = sums.take();
        JavaStatistics.compute(t, begin, end, scratch, table, entry);
        sums.giveBack(scratch);
    }
}
