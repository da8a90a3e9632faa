package io.radam.internal.engine;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.radam.Algorithm;
import io.radam.internal.cuda.CudaPlan;
import io.radam.internal.cuda.CudaQueue;
import io.radam.internal.ffi.radam_coefficients;
import io.radam.internal.ffi.radam_cuda_step_options;
import io.radam.internal.kernel.StatisticsTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Steps on a GPU: the coefficients are computed here, and the steps queued there.
 *
 * <p>There is one plan, of all slots. Which of them take part in a step, where their memory is and which coefficients they go
 * by is changed in the order of the stream. The plan is made anew where slots came or went, where there are more sets of
 * coefficients than it has room for, or for memory that it cannot be bound to.
 */
public final class CudaEngine extends Engine {
    /** Of a slot that takes no part. */
    private static final int NONE = -1;

    private final Algorithm algorithm;
    private final CudaQueue queue;
    private final Arenas arenas;
    private final List<CoefficientSet> sets = new ArrayList<>();
    private final MemorySegment options;

    // ----------------------------------------------------------------------------- the plan; null where it is outdated
    private CudaPlan plan;
    /** Of the plan and what goes with it. */
    private Arena planArena;
    /** How many sets of coefficients it has room for. */
    private int room;
    /** One for each set, and their step numbers. */
    private MemorySegment coefficients;
    /** Its elements, made once, because a step allocates nothing. */
    private MemorySegment[] coefficientsOf;
    private MemorySegment steps;
    private StatisticsTable statistics;
    private MemorySegment deviceStatistics;

    /** An engine without parameters. */
    public CudaEngine(Algorithm algorithm, long seed, CudaQueue queue, Arenas arenas) {
        super(seed, new CudaMemory(queue), arenas);
        this.algorithm = algorithm;
        this.queue = queue;
        this.arenas = arenas;
        options = radam_cuda_step_options.allocate(arena);
        radam_cuda_step_options.struct_size(options, (int) radam_cuda_step_options.sizeof());
    }

    @Override
    void requireRunning() {
        queue.requireUsable();
    }

    @Override
    CoefficientSet newCoefficients(Algorithm algorithm, int number) {
        CoefficientSet set = new CoefficientSet(algorithm, null, number);
        sets.add(set);
        return set;
    }

    @Override
    void adopt(Slot slot) {
        // The plan has all that it needs.
    }

    @Override
    void slotsChanged() {
        dropPlan();
    }

    private void dropPlan() {
        if (plan != null) {
            plan = null;
            arenas.close(planArena);
        }
    }

    /** Makes a plan with room for all sets of coefficients. */
    private void makePlan() {
        dropPlan();
        while (room < Math.max(1, sets.size())) {
            room = Math.max(1, 2 * room);
        }
        Arena made = arenas.open();
        boolean complete = false;
        try {
            coefficients = radam_coefficients.allocateArray(room, made);
            coefficientsOf = new MemorySegment[room];
            Arrays.setAll(coefficientsOf, i -> radam_coefficients.asSlice(coefficients, i));
            steps = made.allocate(JAVA_LONG, room);
            statistics = new StatisticsTable(slots().size(), made);
            deviceStatistics = queue.allocate(statistics.memory().byteSize(), made);
            List<CudaPlan.Entry> entries = new ArrayList<>();
            for (Slot slot : slots()) {
                entries.add(new CudaPlan.Entry(slot.tensor, slot.planned));
                slot.moved = false;
            }
            plan = new CudaPlan(queue, algorithm, entries, room, made);
            planArena = made;
            complete = true;
        } finally {
            if (!complete) {
                arenas.close(made);
            }
        }
    }

    /** Makes the plan one of the tensors in the work list, by their coefficients, or by any if these do not matter. */
    private void activate(boolean byCoefficients) {
        boolean outdated = plan == null || sets.size() > room;
        int changed = 0;
        for (int i = 0; i < slots().size(); i++) {
            Slot slot = slots().get(i);
            int wanted = NONE;
            // One without elements takes no part: it has no address that a plan could be bound to.
            if (isSelected(slot) && slot.tensor.length() > 0) {
                wanted = byCoefficients ? slot.coefficients.number : Math.max(0, slot.planned);
            }
            boolean changes = wanted != slot.planned || wanted != NONE && slot.moved;
            slot.planned = wanted;
            outdated |= changes && wanted != NONE && plan != null && !plan.canBind(slot.tensor);
            if (changes && !outdated) {
                plan.change(changed++, i, slot.tensor, wanted);
                slot.moved &= wanted == NONE;
            }
        }
        if (outdated) {
            makePlan();
        } else if (changed > 0) {
            bind(changed);
        }
    }

    private void bind(int changed) {
        boolean bound = false;
        try {
            plan.bind(changed);
            bound = true;
        } finally {
            if (!bound) {
                // The plan is as it was before, and the slots say otherwise.
                dropPlan();
            }
        }
    }

    @Override
    void measure() {
        if (work.size() == 0) {
            return;
        }
        activate(false);
        plan.gradientStatistics(deviceStatistics);
        queue.copyAndWait(deviceStatistics, statistics.memory());
        for (int i = 0; i < slots().size(); i++) {
            Slot slot = slots().get(i);
            if (isSelected(slot)) {
                slot.sumOfSquares = statistics.sumOfSquares(i);
                slot.maxAbs = statistics.maxAbs(i);
                slot.nonFinite = statistics.nonFinite(i);
            }
        }
    }

    @Override
    void load(float clipValue, boolean zeroGradients) {
        for (int i = 0; i < work.size(); i++) {
            load(work.get(i), clipValue, zeroGradients);
        }
        radam_cuda_step_options.clip_value(options, clipValue);
        radam_cuda_step_options.zero_grad(options, zeroGradients ? 1 : 0);
        if (work.size() > 0) {
            activate(true);
        }
    }

    @Override
    void update() {
        if (work.size() == 0) {
            return;
        }
        for (int i = 0; i < room; i++) {
            // The plan wants coefficients in all places. Those that no tensor goes by may be any.
            CoefficientSet set = sets.get(Math.min(i, sets.size() - 1));
            set.coefficients.write(coefficientsOf[i]);
            steps.setAtIndex(JAVA_LONG, i, set.step);
        }
        plan.step(coefficients, steps, options);
    }
}
