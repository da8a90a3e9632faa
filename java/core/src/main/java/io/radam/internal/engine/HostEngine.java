package io.radam.internal.engine;

import io.radam.Algorithm;
import io.radam.Hyperparameters;
import io.radam.internal.kernel.JavaKernel;
import io.radam.internal.kernel.Kernel;
import io.radam.internal.sharding.Sharding;
import java.lang.foreign.Arena;
import java.util.function.Function;

/** Steps on the processor, on one thread or several. */
public final class HostEngine extends Engine {
    private final Function<Arena, Kernel> kernels;
    private final Parallelism parallelism;
    private final StateDisk disk;
    /** The kernel that measures gradients, for which it needs no coefficients. */
    private final Kernel kernel;
    private final StatisticsPass statistics;
    private final SumsPass sums;
    // Of a step that has rules of the user: what is stepped by the library's, and by these.
    private final WorkList byLibrary = new WorkList();
    private final WorkList byRules = new WorkList();
    /** What has its gradient centralized. */
    private final WorkList centralized = new WorkList();
    /** What has its rows measured. */
    private final WorkList ofRows = new WorkList();
    /** What is being stepped now, or measured before. */
    private WorkList row;
    private WorkList.SliceAction action;
    // Made once, because a step allocates nothing.
    private final WorkList.SliceAction updateSlice = this::updateSlice;
    private final WorkList.SliceAction measureSlice = this::measureSlice;
    private final WorkList.SliceAction meansOfSlice = this::meansOfSlice;
    private final WorkList.SliceAction rowSumsOfSlice = this::rowSumsOfSlice;
    private final Sharding.RangeAction runPiece = this::runPiece;

    /**
     * An engine without parameters.
     *
     * @param isNative whether native code may be called
     * @param kernels  makes a kernel whose memory belongs to the given arena
     * @param disk     where the state is, in place of memory; or null
     */
    public HostEngine(long seed, boolean isNative, Function<Arena, Kernel> kernels, Parallelism parallelism,
            Arenas arenas, StateDisk disk) {
        super(seed, new HostMemory(isNative, disk), arenas);
        this.disk = disk;
        this.kernels = kernels;
        this.parallelism = parallelism;
        kernel = kernels.apply(arena);
        statistics = new StatisticsPass(kernel, arenas);
        sums = new SumsPass(arenas);
    }

    @Override
    void requireAlgorithm(Hyperparameters hyperparameters) {
        // All can.
    }

    @Override
    void requireRunning() {
        parallelism.requireRunning();
    }

    @Override
    public void requireIntact() {
        if (disk != null) {
            disk.requireIntact();
        }
    }

    @Override
    CoefficientSet newCoefficients(Algorithm algorithm, int number) {
        // No native code has a rule of the user.
        Kernel steps = algorithm.kind() == Algorithm.Kind.CUSTOM ? new JavaKernel() : kernels.apply(arena);
        return new CoefficientSet(algorithm, steps, number);
    }

    @Override
    void adopt(Slot slot) {
        kernel.adopt(slot.tensor, slot.stateMemory.arena);
    }

    @Override
    void forget() {
        super.forget();
        byLibrary.forget();
        byRules.forget();
        centralized.forget();
        ofRows.forget();
        sums.forget();
    }

    @Override
    void slotsChanged() {
        // Each step makes room for what it measures.
    }

    @Override
    void measure() {
        long amount = statistics.begin(work);
        if (isForCaller(work, amount)) {
            statistics.run(amount);
        } else {
            statistics.run(amount, parallelism);
        }
        statistics.end();
    }

    @Override
    void load(float clipValue, boolean zeroGradients) {
        for (int i = 0; i < work.size(); i++) {
            Slot slot = work.get(i);
            load(slot, clipValue, zeroGradients);
            slot.coefficients.kernel.load(slot.tensor);
        }
    }

    /**
     * Whether the caller does all of the work: where there is little, or where a tensor's memory is only for the
     * caller.
     */
    private boolean isForCaller(WorkList list, long amount) {
        if (parallelism.isSequential(amount)) {
            return true;
        }
        for (int i = 0; i < list.size(); i++) {
            if (!list.get(i).shareable) {
                return true;
            }
        }
        return false;
    }

    @Override
    void update() {
        if (centralizes) {
            computeMeans();
        }
        if (needsSums) {
            run(sums.begin(work), measureSlice, sums.readsState());
            sums.end();
        }
        if (needsRowSums) {
            measureRows();
        }
        if (!runsRules) {
            run(work, updateSlice, true);
            return;
        }
        byLibrary.clear(work.size());
        byRules.clear(work.size());
        for (int i = 0; i < work.size(); i++) {
            Slot slot = work.get(i);
            (slot.runsRule ? byRules : byLibrary).add(slot, slot.length);
        }
        // A rule may close memory of its thread, which the library's steps take for open: so these are made before.
        run(byLibrary, updateSlice, true);
        run(byRules, updateSlice, true);
    }

    private void computeMeans() {
        centralized.clear(work.size());
        for (int i = 0; i < work.size(); i++) {
            Slot slot = work.get(i);
            if (slot.centralizes()) {
                centralized.add(slot, slot.length);
            }
        }
        run(centralized, meansOfSlice, false);
    }

    /** Measures the rows of each tensor that has some, and has its coefficients follow. */
    private void measureRows() {
        ofRows.clear(work.size());
        for (int i = 0; i < work.size(); i++) {
            Slot slot = work.get(i);
            if (slot.tensor.measuresRows()) {
                ofRows.add(slot, slot.length);
            }
        }
        run(ofRows, rowSumsOfSlice, true);
        RowTotals.reduce(work);
    }

    private void run(WorkList list, WorkList.SliceAction each, boolean usesState) {
        row = list;
        action = each;
        if (disk == null || !usesState) {
            run(0, list.end());
        } else {
            disk.inWindows(list, this::run);
        }
    }

    private void run(long from, long to) {
        if (isForCaller(row, to - from)) {
            runPiece(from, to);
        } else {
            parallelism.run(from, to, runPiece);
        }
    }

    private void runPiece(long from, long to) {
        row.forEach(from, to, action);
    }

    /** Rows are computed whole, where they begin. */
    private void meansOfSlice(int tensor, long begin, long end) {
        Slot slot = row.get(tensor);
        long length = slot.parameter.rowLength();
        kernel.gradientMeans(slot.tensor, Math.ceilDiv(begin, length), Math.ceilDiv(end, length));
    }

    private void rowSumsOfSlice(int tensor, long begin, long end) {
        Slot slot = row.get(tensor);
        long length = slot.parameter.rowLength();
        slot.coefficients.kernel.rowSums(slot.tensor, Math.ceilDiv(begin, length), Math.ceilDiv(end, length));
    }

    private void measureSlice(int tensor, long begin, long end) {
        sums.measure(tensor, begin, end);
    }

    private void updateSlice(int tensor, long begin, long end) {
        Slot slot = row.get(tensor);
        if (slot.beginsSlowWeights()) {
            beginSlowWeights(slot.tensor, begin, end);
        }
        slot.coefficients.kernel.step(slot.tensor, begin, end);
        slot.moveMomentum(begin, end);
    }
}
