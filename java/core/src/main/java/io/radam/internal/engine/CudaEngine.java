package io.radam.internal.engine;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.radam.GradientStatistics;
import io.radam.internal.cuda.CudaPlan;
import io.radam.internal.cuda.CudaQueue;
import io.radam.internal.ffi.radam_coefficients;
import io.radam.internal.ffi.radam_cuda_step_options;
import io.radam.internal.kernel.StatisticsTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Steps on a GPU: the coefficients are computed here, and the steps queued there. */
public final class CudaEngine extends Engine {
    /** Slots from (inclusive) to (exclusive). */
    private record Range(int from, int to) {
    }

    private final Map<StepGroup, Integer> groupNumbers = new IdentityHashMap<>();
    private final CudaQueue queue;
    private final Arena arena;
    /** One for each group, and their step numbers. */
    private final MemorySegment coefficients;
    private final MemorySegment steps;
    private final MemorySegment options;
    private final CudaPlan whole;
    /** Of parameters that were stepped alone, or whose step numbers differ from their neighbours'. */
    private final Map<Range, CudaPlan> parts = new HashMap<>();
    private final StatisticsTable statistics;
    private final MemorySegment deviceStatistics;

    /** An engine whose state an arena owns. */
    public CudaEngine(List<StepGroup> groups, long seed, CudaQueue queue, Arena arena) {
        super(groups, seed, new CudaMemory(queue, arena));
        this.queue = queue;
        this.arena = arena;
        coefficients = radam_coefficients.allocateArray(groups.size(), arena);
        steps = arena.allocate(JAVA_LONG, groups.size());
        for (int i = 0; i < groups.size(); i++) {
            groupNumbers.put(groups.get(i), i);
        }
        options = radam_cuda_step_options.allocate(arena);
        radam_cuda_step_options.struct_size(options, (int) radam_cuda_step_options.sizeof());
        whole = newPlan(new Range(0, slots.length));
        statistics = new StatisticsTable(slots.length, arena);
        deviceStatistics = queue.allocate(statistics.memory().byteSize(), arena);
    }

    private CudaPlan newPlan(Range range) {
        List<CudaPlan.Entry> entries = new ArrayList<>();
        for (int i = range.from; i < range.to; i++) {
            entries.add(new CudaPlan.Entry(slots[i].tensor, groupNumbers.get(slots[i].group)));
        }
        return new CudaPlan(queue, groups.getFirst().coefficients.algorithm(), entries, groups.size(), arena);
    }

    private CudaPlan plan(int from, int to) {
        return to - from == slots.length ? whole : parts.computeIfAbsent(new Range(from, to), this::newPlan);
    }

    @Override
    public void requireRunning() {
        queue.requireUsable();
    }

    @Override
    public GradientStatistics measure(double factor) {
        whole.gradientStatistics(deviceStatistics);
        queue.copyAndWait(deviceStatistics, statistics.memory());
        StatisticsSum sum = new StatisticsSum(slots.length, factor);
        for (int i = 0; i < slots.length; i++) {
            sum.add(slots[i], statistics.sumOfSquares(i), statistics.maxAbs(i), statistics.nonFinite(i));
        }
        return sum.statistics();
    }

    @Override
    void load(int from, int to, float clipValue, boolean zeroGradients) {
        radam_cuda_step_options.clip_value(options, clipValue);
        radam_cuda_step_options.zero_grad(options, zeroGradients ? 1 : 0);
        // A plan can fail. So they are all there before anything is changed.
        for (int start = from; start < to;) {
            int end = endOfRun(start, to);
            plan(start, end);
            start = end;
        }
    }

    @Override
    void update(int from, int to) {
        for (int i = 0; i < groups.size(); i++) {
            StepGroup group = groups.get(i);
            if (group.step == 0) { // none of these slots is in it, but its coefficients must be some
                group.coefficients.compute(1);
                group.step = 1;
            }
            group.coefficients.write(radam_coefficients.asSlice(coefficients, i));
            steps.setAtIndex(JAVA_LONG, i, group.step);
        }
        plan(from, to).step(coefficients, steps, options);
    }
}
