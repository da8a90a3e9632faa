package io.radam.internal.engine;

import io.radam.GradientStatistics;
import io.radam.internal.kernel.Kernel;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Steps on the processor, in as many threads as there are. */
public final class HostEngine extends Engine {
    private final Parallelism parallelism;
    /** Of each slot: its group's. */
    private final Kernel[] kernels;
    /** The elements of all slots. */
    private final Row row;
    // Made once, because a step allocates nothing.
    private final Row.SliceAction updateSlice = this::updateSlice;
    private final Parallelism.RangeAction updatePiece = this::updatePiece;
    private final Measurement measurement;

    /** An engine whose kernels and state an arena owns. */
    public HostEngine(List<StepGroup> groups, long seed, boolean hugePages,
            Function<Arena, Kernel> newKernel, Supplier<Parallelism> parallelism, Arena arena) {
        super(groups, seed, new HostMemory(hugePages, arena));
        kernels = new Kernel[slots.length];
        int i = 0;
        for (StepGroup group : groups) {
            Kernel kernel = newKernel.apply(arena);
            group.kernel = kernel;
            for (int end = i + group.parameters.size(); i < end; i++) {
                kernels[i] = kernel;
                kernel.adopt(slots[i].tensor, arena);
            }
        }
        row = new Row(Arrays.stream(slots).mapToLong(slot -> slot.parameter.length()).toArray());
        measurement = new Measurement(slots, kernels, arena);
        boolean shareable = Arrays.stream(slots).allMatch(Slot::isShareable);
        this.parallelism = shareable ? parallelism.get() : Parallelism.sequential();
    }

    @Override
    public void requireRunning() {
        parallelism.requireRunning();
    }

    @Override
    public GradientStatistics measure(double factor) {
        return measurement.measure(parallelism, factor);
    }

    @Override
    void load(int from, int to, float clipValue, boolean zeroGradients) {
        for (int i = from; i < to; i++) {
            slots[i].tensor.setStep(slots[i].step + 1, clipValue, zeroGradients);
            kernels[i].load(slots[i].tensor);
        }
    }

    @Override
    void update(int from, int to) {
        long start = row.start(from);
        long end = row.start(to);
        if (parallelism.isSequential(end - start)) {
            updatePiece(start, end);
        } else {
            parallelism.run(start, end, updatePiece);
        }
    }

    private void updatePiece(long from, long to) {
        row.forEach(from, to, updateSlice);
    }

    private void updateSlice(int slot, long begin, long end) {
        kernels[slot].step(slots[slot].tensor, begin, end);
    }
}
