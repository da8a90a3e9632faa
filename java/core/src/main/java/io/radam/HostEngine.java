package io.radam;

import io.radam.internal.HostStepper;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Steps on the processor, in as many threads as there are. */
final class HostEngine extends Engine {
    private final Backend backend;
    private final Parallelism parallelism;
    /** Of each slot: its group's. */
    private final HostStepper[] steppers;
    /** The elements of all slots. */
    private final Row row;
    // Made once, because a step allocates nothing.
    private final Row.SliceAction updateSlice = this::updateSlice;
    private final Parallelism.RangeAction updatePiece = this::updatePiece;
    private final Measurement measurement;

    HostEngine(List<ParameterGroup> groups, long seed, Backend backend, Supplier<Parallelism> parallelism, Arena arena) {
        super(groups, seed, new HostMemory(backend.isNative(), arena));
        this.backend = backend;
        steppers = new HostStepper[slots.length];
        int i = 0;
        for (ParameterGroup group : groups) {
            HostStepper stepper = backend.newStepper(arena);
            group.stepper = stepper;
            for (int end = i + group.parameters().size(); i < end; i++) {
                steppers[i] = stepper;
                stepper.adopt(slots[i].tensor, arena);
            }
        }
        row = new Row(Arrays.stream(slots).mapToLong(slot -> slot.parameter.length()).toArray());
        measurement = new Measurement(slots, steppers, arena);
        boolean shareable = Arrays.stream(slots).allMatch(Slot::isShareable);
        this.parallelism = shareable ? parallelism.get() : Parallelism.sequential();
    }

    @Override
    Backend backend() {
        return backend;
    }

    @Override
    void requireRunning() {
        parallelism.requireRunning();
    }

    @Override
    GradientStatistics measure(double factor) {
        return measurement.measure(parallelism, factor);
    }

    @Override
    void prepare(int from, int to, float clipValue, boolean zeroGradients) {
        for (int i = from; i < to; i++) {
            slots[i].tensor.setStep(slots[i].step + 1, clipValue, zeroGradients);
            steppers[i].prepare(slots[i].tensor);
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
        steppers[slot].step(slots[slot].tensor, begin, end);
    }
}
