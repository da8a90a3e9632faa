package io.radam.internal.engine;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.radam.Algorithm;
import io.radam.BackendException;
import io.radam.Hyperparameters;
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
 * Steps on a GPU. The coefficients are computed on the host, and the steps are queued on the device.
 *
 * <p>There is one plan, which has all slots. Bindings tell the plan which slots take part in a step, where their memory
 * is and which coefficients they use. They are queued in the stream, before the step. The plan is made anew after slots
 * were added or removed, when there are more sets of coefficients than it has room for, and for memory that cannot be
 * bound to it.
 */
public final class CudaEngine extends Engine {
    /** The group of a slot that takes no part in a step. */
    private static final int NONE = -1;

    private final Algorithm algorithm;
    private final CudaQueue queue;
    private final Arenas arenas;
    private final List<CoefficientSet> sets = new ArrayList<>();
    private final MemorySegment options;

    // ----------------------------------------------------------------------------- the plan; null where it is outdated
    private CudaPlan plan;
    /** The arena of the plan and of the fields below. */
    private Arena planArena;
    /** The number of sets of coefficients that the plan has room for. */
    private int room;
    /** An array of {@code radam_coefficients}, one for each set. The array {@code steps} has their step numbers. */
    private MemorySegment coefficients;
    /** The structs of the array {@code coefficients}, made once because a step allocates nothing. */
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
    void requireAlgorithm(Hyperparameters hyperparameters) {
        Algorithm added = hyperparameters.algorithm();
        if (hyperparameters.centralizesGradients()) {
            throw new BackendException("a GPU does not centralize gradients yet, but a device was asked for, and a "
                    + "group has centralizeGradients", null);
        }
        if (added.kind() == Algorithm.Kind.CUSTOM) {
            throw new BackendException("a GPU has no rule of the user, but a device was asked for, and a group is of "
                    + added, null);
        }
        if (added.isLayerwise()) {
            throw new BackendException("a GPU has no layer-wise algorithms yet, but a device was asked for, and a "
                    + "group is of " + added, null);
        }
        if (added != algorithm) {
            throw new BackendException("all groups of an optimizer on a GPU have one algorithm: it is " + algorithm
                    + ", and a group is of " + added, null);
        }
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
        // Nothing to do: the plan is made from the slots.
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

    /**
     * Makes the plan step exactly the tensors in the work list. They use their coefficients if {@code byCoefficients};
     * otherwise the coefficients do not matter, as for statistics.
     */
    private void activate(boolean byCoefficients) {
        boolean outdated = plan == null || sets.size() > room;
        int changed = 0;
        for (int i = 0; i < slots().size(); i++) {
            Slot slot = slots().get(i);
            int wanted = NONE;
            // A slot without elements takes no part: it has no address that could be bound.
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
                // The plan has the earlier bindings, which differ from what the slots say now.
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
            // The plan reads coefficients for all groups that it has room for. Those that no tensor uses may be any.
            CoefficientSet set = sets.get(Math.min(i, sets.size() - 1));
            set.coefficients.write(coefficientsOf[i]);
            steps.setAtIndex(JAVA_LONG, i, set.step);
        }
        for (int i = 0; i < work.size(); i++) {
            Slot slot = work.get(i);
            if (slot.beginsSlowWeights()) {
                beginSlowWeights(slot.tensor, 0, slot.length);
            }
        }
        plan.step(coefficients, steps, options);
        for (int i = 0; i < work.size(); i++) {
            work.get(i).moveMomentum(memory);
        }
    }
}
