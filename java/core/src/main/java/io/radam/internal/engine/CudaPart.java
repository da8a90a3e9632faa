package io.radam.internal.engine;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.radam.Algorithm;
import io.radam.internal.cuda.CudaPlan;
import io.radam.internal.cuda.CudaQueue;
import io.radam.internal.ffi.radam_coefficients;
import io.radam.internal.ffi.radam_cuda_step_options;
import io.radam.internal.kernel.StatisticsTable;
import io.radam.internal.kernel.SumsTable;
import io.radam.internal.sharding.Sharding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The slots of one algorithm in a {@link CudaEngine}: a plan, which has all of them.
 *
 * <p>Bindings tell the plan which slots take part in a step, where their memory is and which coefficients they use.
 * They are queued in the stream, before the step. The plan is made anew after slots were added or removed, when there
 * are more sets of coefficients than it has room for, and for memory that cannot be bound to it.
 */
final class CudaPart {
    /** The group of a slot that takes no part in a step. */
    private static final int NONE = -1;

    final Algorithm algorithm;
    private final CudaEngine engine;
    private final CudaQueue queue;
    private final Arenas arenas;
    private final List<CoefficientSet> sets = new ArrayList<>();
    private final MemorySegment options;
    /** Null where slots were added or removed since. */
    private List<Slot> slots;
    /** One of the slots that take part in the present step; null if none does. */
    private Slot active;

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
    /** What the gradients of each set are clipped to, of a layer-wise algorithm. */
    private MemorySegment clipValues;
    private StatisticsTable statistics;
    private MemorySegment deviceStatistics;
    /** Of a layer-wise algorithm. */
    private SumsTable sums;
    private MemorySegment deviceSums;
    /** Of an algorithm that measures rows. */
    private CudaRows rows;
    /** Of slices whose pieces are added up with those of other processes; null until the first step of such. */
    private CudaPieces pieces;

    /**
     * A part without slots.
     *
     * @param arena owns what is not made anew with the plan
     */
    CudaPart(Algorithm algorithm, CudaEngine engine, CudaQueue queue, Arenas arenas, Arena arena) {
        this.algorithm = algorithm;
        this.engine = engine;
        this.queue = queue;
        this.arenas = arenas;
        options = radam_cuda_step_options.allocate(arena);
        radam_cuda_step_options.struct_size(options, (int) radam_cuda_step_options.sizeof());
    }

    CoefficientSet newCoefficients() {
        CoefficientSet set = new CoefficientSet(algorithm, null, sets.size());
        sets.add(set);
        return set;
    }

    /** Called when slots were added, removed or changed. */
    void slotsChanged() {
        slots = null;
        active = null;
        dropPlan();
    }

    private void dropPlan() {
        if (plan != null) {
            plan = null;
            pieces = null;
            arenas.close(planArena);
        }
    }

    private void findSlots() {
        if (slots == null) {
            slots = new ArrayList<>();
            for (Slot slot : engine.slots()) {
                if (slot.group.algorithm == algorithm) {
                    slot.plannedAs = slots.size();
                    slots.add(slot);
                }
            }
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
            statistics = new StatisticsTable(slots.size(), made);
            deviceStatistics = queue.allocate(statistics.memory().byteSize(), made);
            if (algorithm.isLayerwise()) {
                clipValues = made.allocate(JAVA_FLOAT, room);
            }
            if (algorithm.measuresRows()) {
                rows = new CudaRows(slots, room, queue, made);
            } else if (algorithm.isLayerwise()) {
                sums = new SumsTable(slots.size(), made);
                deviceSums = queue.allocate(sums.memory().byteSize(), made);
            }
            List<CudaPlan.Entry> entries = new ArrayList<>();
            for (Slot slot : slots) {
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
     * Makes the plan step exactly the tensors of the present step. They use their coefficients if
     * {@code byCoefficients}; otherwise the coefficients do not matter, as for statistics.
     */
    private void activate(boolean byCoefficients) {
        findSlots();
        active = null;
        for (int i = 0; i < slots.size() && active == null; i++) {
            active = engine.isSelected(slots.get(i)) ? slots.get(i) : null;
        }
        if (active == null) {
            return;
        }
        boolean outdated = plan == null || sets.size() > room;
        int changed = 0;
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            int wanted = NONE;
            // A slot without elements takes no part: it has no address that could be bound.
            if (engine.isSelected(slot) && slot.tensor.length() > 0) {
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

    /** Queues the measurement of the gradients of the present step. */
    void measure() {
        activate(false);
        if (active == null) {
            return;
        }
        if (Sharding.CURRENT.isBound()) {
            pieces().measure(plan);
        } else {
            plan.gradientStatistics(deviceStatistics);
        }
    }

    /** What was measured of the pieces of slots in the present step, where there are slices. */
    CudaPieces pieces() {
        if (pieces == null) {
            pieces = new CudaPieces(slots, algorithm.isLayerwise() && !algorithm.measuresRows(), queue, planArena);
        }
        return pieces;
    }

    /** Waits for it, and has the slots know, unless there are slices. */
    void endMeasure() {
        if (active == null) {
            return;
        }
        if (Sharding.CURRENT.isBound()) {
            pieces().endMeasure();
            return;
        }
        queue.copyAndWait(deviceStatistics, statistics.memory());
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            if (engine.isSelected(slot)) {
                slot.sumOfSquares = statistics.sumOfSquares(i);
                slot.maxAbs = statistics.maxAbs(i);
                slot.nonFinite = statistics.nonFinite(i);
            }
        }
    }

    /** Prepares the present step, and fails if it cannot be made. */
    void load(float clipValue, boolean zeroGradients) {
        radam_cuda_step_options.clip_value(options, clipValue);
        radam_cuda_step_options.zero_grad(options, zeroGradients ? 1 : 0);
        activate(true);
    }

    /** Queues the means of rows. */
    void centralize() {
        if (active != null) {
            plan.gradientMeans();
        }
    }

    /** Of a layer-wise algorithm: queues the sums of the present step. */
    void sum() {
        if (active == null || !algorithm.isLayerwise()) {
            return;
        }
        radam_cuda_step_options.projections(options, MemorySegment.NULL);
        setCoefficients(MemorySegment.NULL);
        if (algorithm.measuresRows()) {
            rows.sum(plan);
        } else if (Sharding.CURRENT.isBound()) {
            pieces().sum(plan);
        } else {
            plan.tensorSums(deviceSums);
        }
    }

    /** Waits for them. */
    void endSum() {
        if (active == null || !algorithm.isLayerwise()) {
            return;
        }
        if (algorithm.measuresRows()) {
            rows.endSum();
        } else if (Sharding.CURRENT.isBound()) {
            pieces().endSum();
        } else {
            queue.copyAndWait(deviceSums, sums.memory());
        }
    }

    /** Has a slot of the present step take its sums, if they are not of pieces. */
    void takeSums(Slot slot) {
        if (algorithm.measuresRows()) {
            rows.takeSums(slot);
            return;
        }
        for (int sum = 0; sum < SumsTable.SUMS; sum++) {
            slot.measured(slot.length, sum, sums.sum(slot.plannedAs, sum));
        }
    }

    /** Sets the step's coefficients. Those of a layer-wise algorithm follow from the sums by now. */
    void setStepCoefficients() {
        if (active == null) {
            return;
        }
        if (!algorithm.isLayerwise()) {
            setCoefficients(MemorySegment.NULL);
            return;
        }
        boolean measuresRows = algorithm.measuresRows();
        if (measuresRows) {
            rows.clear();
        }
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            if (engine.isSelected(slot)) {
                clipValues.setAtIndex(JAVA_FLOAT, slot.coefficients.number, slot.tensor.clipValue());
                if (measuresRows) {
                    rows.put(slot);
                }
            }
        }
        if (measuresRows) {
            rows.load(options);
        }
        setCoefficients(clipValues);
    }

    /** Queues the step. */
    void step() {
        if (active != null) {
            plan.step();
        }
    }

    private void setCoefficients(MemorySegment clipValues) {
        for (int i = 0; i < room; i++) {
            // The plan reads coefficients for all groups that it has room for. Those that no tensor uses may be any of
            // the same algorithm, which those of a layer-wise one's last step are not.
            boolean isUsed = i < sets.size() && engine.isPresent(sets.get(i));
            CoefficientSet set = isUsed ? sets.get(i) : active.coefficients;
            set.coefficients.write(coefficientsOf[i]);
            steps.setAtIndex(JAVA_LONG, i, set.step);
        }
        radam_cuda_step_options.clip_values(options, clipValues);
        plan.setCoefficients(coefficients, steps, options);
    }
}
