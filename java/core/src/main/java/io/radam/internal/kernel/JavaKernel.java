package io.radam.internal.kernel;

import io.radam.StateBuffer;
import io.radam.internal.schedule.LayerwiseSchedule;
import io.radam.internal.schedule.ProjectingSchedule;
import io.radam.internal.schedule.Schedule;
import io.radam.internal.schedule.StepCoefficients;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Steps in Java. */
public final class JavaKernel extends Kernel {
    /**
     * For all optimizers: there may be a kernel like this one for each parameter, and these are large. The key is which
     * of the buffers of state are signed.
     */
    private static final Map<List<Boolean>, Spares<BlockKernel>> BLOCK_KERNELS = new ConcurrentHashMap<>();
    private static final Spares<JavaStatistics> STATISTICS = new Spares<>(JavaStatistics::new);

    private Spares<BlockKernel> blockKernels;
    private Schedule schedule;
    /** What is summed; null unless the algorithm measures tensors. */
    private Terms terms;
    /** Null unless it measures rows. */
    private RowTerms rowTerms;
    private Rule rule;
    private VectorRule vectorRule;

    /** Whether it steps float32 by the Vector API. */
    public static boolean usesVectors() {
        return VectorRule.available();
    }

    /** Whether it steps other types by the Vector API, too. */
    public static boolean convertsByVectors() {
        return VectorBlocks.isAvailable();
    }

    @Override
    public void adopt(Tensor tensor, Arena arena) {
        // Nothing to do: the tensor has everything.
    }

    @Override
    public void load(StepCoefficients coefficients) {
        if (schedule != coefficients.steps()) {
            schedule = coefficients.steps();
            terms = null;
            rowTerms = null;
            switch (coefficients.schedule()) {
                case ProjectingSchedule projecting -> rowTerms = RowTerms.of(projecting);
                case LayerwiseSchedule layerwise -> terms = Terms.of(layerwise);
                default -> { }
            }
            blockKernels = BLOCK_KERNELS.computeIfAbsent(
                    StepCoefficients.stateOfSteps(coefficients.algorithm()).stream().map(StateBuffer::signed).toList(),
                    signed -> new Spares<>(() -> new BlockKernel(signed)));
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
            blocks.step(rule, vectorRule, schedule, t, from, end);
            blockKernels.giveBack(blocks);
        }
    }

    @Override
    public void gradientStatistics(Tensor t, long begin, long end, StatisticsTable table, int entry) {
        JavaStatistics measuring = STATISTICS.take();
        measuring.compute(t, begin, end, table, entry);
        STATISTICS.giveBack(measuring);
    }

    @Override
    public void gradientMeans(Tensor t, long firstRow, long endRow) {
        gradientMeansOf(t, firstRow, endRow);
    }

    /** The same by no kernel. */
    static void gradientMeansOf(Tensor t, long firstRow, long endRow) {
        JavaStatistics measuring = STATISTICS.take();
        measuring.means(t, firstRow, endRow);
        STATISTICS.giveBack(measuring);
    }

    @Override
    public void sums(Tensor t, long begin, long end, SumsTable table, int entry) {
        BlockKernel blocks = blockKernels.take();
        blocks.sums(terms, t, begin, end, table, entry);
        blockKernels.giveBack(blocks);
    }

    @Override
    public void rowSums(Tensor t, long firstRow, long endRow) {
        BlockKernel blocks = blockKernels.take();
        blocks.rowSums(rowTerms, t, firstRow, endRow);
        blockKernels.giveBack(blocks);
    }
}
