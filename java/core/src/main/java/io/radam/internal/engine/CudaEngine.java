package io.radam.internal.engine;

import io.radam.Algorithm;
import io.radam.BackendException;
import io.radam.Hyperparameters;
import io.radam.internal.cuda.CudaQueue;
import io.radam.internal.kernel.StatisticsTable;
import io.radam.internal.kernel.SumsTable;
import io.radam.internal.sharding.Sharding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps on a GPU. The coefficients are computed on the host, and the steps are queued on the device. There is a
 * {@link CudaPart} for each algorithm. A step of layer-wise ones waits once, for the sums of all of them.
 */
public final class CudaEngine extends Engine {
    private final CudaQueue queue;
    private final Arenas arenas;
    private final List<CudaPart> parts = new ArrayList<>();
    private final PieceTotals totals = new PieceTotals();

    /** An engine without parameters. */
    public CudaEngine(long seed, CudaQueue queue, Arenas arenas) {
        super(seed, new CudaMemory(queue), arenas);
        this.queue = queue;
        this.arenas = arenas;
    }

    @Override
    void requireAlgorithm(Hyperparameters hyperparameters) {
        if (hyperparameters.algorithm().kind() == Algorithm.Kind.CUSTOM) {
            throw new BackendException("a GPU has no rule of the user, but a device was asked for, and a group is of "
                    + hyperparameters.algorithm(), null);
        }
    }

    @Override
    void requireRunning() {
        queue.requireUsable();
    }

    private CudaPart partOf(Algorithm algorithm) {
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).algorithm == algorithm) {
                return parts.get(i);
            }
        }
        CudaPart part = new CudaPart(algorithm, this, queue, arenas, arena);
        parts.add(part);
        return part;
    }

    @Override
    CoefficientSet newCoefficients(Algorithm algorithm, int number) {
        return partOf(algorithm).newCoefficients();
    }

    @Override
    void adopt(Slot slot) {
        partOf(slot.group.algorithm); // its plan is made from the slots
    }

    @Override
    void slotsChanged() {
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).slotsChanged();
        }
    }

    @Override
    void measure() {
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).measure();
        }
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).endMeasure();
        }
        if (Sharding.CURRENT.isBound()) {
            MemorySegment own = tableOfPieces(StatisticsTable.SIZE);
            long at = 0;
            for (int i = 0; i < work.size(); i++) {
                Slot slot = work.get(i);
                partOf(slot.group.algorithm).pieces().putStatistics(slot, own, at);
                at += StatisticsPass.pieces(slot);
            }
            totals.putStatisticsOfAll(work, own);
        }
    }

    /** Room for an entry for each piece of the slots of the step. */
    private MemorySegment tableOfPieces(long entryBytes) {
        long pieces = 0;
        for (int i = 0; i < work.size(); i++) {
            pieces += StatisticsPass.pieces(work.get(i));
        }
        return Arena.ofAuto().allocate(pieces * entryBytes, Long.BYTES);
    }

    @Override
    void load(float clipValue, boolean zeroGradients) {
        for (int i = 0; i < work.size(); i++) {
            load(work.get(i), clipValue, zeroGradients);
        }
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).load(clipValue, zeroGradients);
        }
    }

    @Override
    void update() {
        if (centralizes) {
            for (int i = 0; i < parts.size(); i++) {
                parts.get(i).centralize();
            }
        }
        if (needsSums || needsRowSums) {
            reduce();
        }
        long staged = 0;
        for (int i = 0; i < work.size(); i++) {
            staged = Math.max(staged, work.get(i).stagedBytes());
        }
        if (staged == 0) {
            stepAll(null);
            return;
        }
        try (Arena local = Arena.ofConfined()) {
            stepAll(staging(staged, local));
        }
    }

    /**
     * Steps all tensors.
     *
     * @param staging memory in which the momentum of any of them can be moved; null if none is
     */
    private void stepAll(MemorySegment staging) {
        // What is wrong with any algorithm's coefficients is found before anything is changed.
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).setStepCoefficients();
        }
        for (int i = 0; i < work.size(); i++) {
            Slot slot = work.get(i);
            if (slot.beginsSlowWeights()) {
                beginSlowWeights(slot.tensor, 0, slot.length);
            }
        }
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).step();
        }
        for (int i = 0; i < work.size(); i++) {
            work.get(i).moveMomentum(memory, staging);
        }
    }

    /** Has the coefficients of layer-wise algorithms follow from sums over tensors or rows, for which this waits. */
    private void reduce() {
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).sum();
        }
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).endSum();
        }
        boolean ofPieces = needsSums && Sharding.CURRENT.isBound();
        // In the order of the host's engine: of a learning rate that all tensors move, it matters.
        for (int i = 0; i < work.size(); i++) {
            Slot slot = work.get(i);
            if (slot.group.measuresRows || PieceTotals.isSummed(slot) && !ofPieces) {
                partOf(slot.group.algorithm).takeSums(slot);
            }
        }
        if (ofPieces) {
            sumPieces();
        }
        for (int i = 0; i < work.size(); i++) {
            if (PieceTotals.isSummed(work.get(i))) {
                work.get(i).reduce();
            }
        }
        if (needsRowSums) {
            RowTotals.reduce(work);
        }
    }

    private void sumPieces() {
        MemorySegment own = tableOfPieces(SumsTable.SIZE);
        long at = 0;
        for (int i = 0; i < work.size(); i++) {
            Slot slot = work.get(i);
            if (PieceTotals.isSummed(slot)) {
                partOf(slot.group.algorithm).pieces().putSums(slot, own, at);
            }
            at += StatisticsPass.pieces(slot);
        }
        totals.putSumsOfAll(work, own);
    }

    /** Before a step changes anything, since there may be no memory. */
    private static MemorySegment staging(long bytes, Arena local) {
        try {
            return local.allocate(bytes, Long.BYTES);
        } catch (OutOfMemoryError e) {
            throw new BackendException("there is no memory for a copy of " + bytes + " bytes of momentum", e);
        }
    }
}
