package io.radam.checkpoint;

import io.radam.BackendException;
import io.radam.InvalidHyperparameterException;
import io.radam.InvalidSnapshotException;
import io.radam.LossScaler;
import io.radam.Optimizer;
import io.radam.OptimizerSnapshot;
import io.radam.Parameter;
import io.radam.ParameterGroup;
import io.radam.PlateauSchedule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Restores a training from a file: checks everything, then changes everything. */
final class Restore {
    private final Saved saved;
    private final Checkpoint run;
    private final List<Piece> state;
    private final List<Copy> copies = new ArrayList<>();
    private final List<MemorySegment> cleared = new ArrayList<>();

    /** A part of a tensor of a file, and the training's memory for it. */
    private record Copy(Piece from, MemorySegment bytes, MemorySegment to) {
    }

    /** Checks all but the state, which the optimizer checks by itself, and the sums of the tensors. */
    Restore(Saved saved, Checkpoint run) {
        this.saved = saved;
        this.run = run;
        Contents.requireLittleEndian();
        if (!run.isConvertingState()) {
            StateTypes.requireSame(saved.settings(), run.optimizer());
        }
        state = saved.state(run.optimizer());
        List<ParameterGroup> groups = run.optimizer().groups();
        for (int i = 0; i < groups.size(); i++) {
            List<Parameter> parameters = groups.get(i).parameters();
            for (int j = 0; j < parameters.size(); j++) {
                check(parameters.get(j), Keys.parameter(parameters.get(j), i, j));
            }
        }
        requireIfAsked(run.lossScaler(), saved.lossScale(), "loss scaler");
        requireIfAsked(run.plateau(), saved.plateau(), "plateau schedule");
    }

    private void check(Parameter parameter, String name) {
        if (run.hasParameters()) {
            check("values", saved.values(name), name, parameter, TensorType.of(parameter.valuesType()),
                    run.optimizer().values(parameter));
            if (parameter.copy() != null) {
                run.memory().require(parameter.copy(), "the copy of " + name);
            }
        }
        if (parameter.lowerHalves() != null) {
            checkLowerHalves(parameter, name);
        }
        if (run.hasAverages() && parameter.average() != null) {
            check("average", saved.average(name), name, parameter, TensorType.F32, parameter.average());
        }
    }

    /** Values that were saved without lower halves are the numbers. */
    private void checkLowerHalves(Parameter parameter, String name) {
        if (saved.lowerHalves(name) != null) {
            check("lower halves", saved.lowerHalves(name), name, parameter, TensorType.I16, parameter.lowerHalves());
        } else {
            run.memory().require(parameter.lowerHalves(), "the lower halves of " + name);
            cleared.add(parameter.lowerHalves());
        }
    }

    private void check(String what, Saved.Part part, String name, Parameter parameter, TensorType type,
            MemorySegment memory) {
        if (part == null) {
            throw new InvalidSnapshotException("the checkpoint does not have the " + what + " of " + name);
        }
        long begin = parameter.first();
        long end = begin + parameter.length();
        List<Piece> pieces = Piece.within(part.pieces(), begin, end);
        long bytes = pieces.stream().mapToLong(piece -> piece.part(begin, end).byteSize()).sum();
        if (part.type() != type || part.length() != parameter.wholeLength() || bytes != memory.byteSize()) {
            throw new InvalidSnapshotException("the " + what + " of " + name + " are " + part.length() + " of "
                    + part.type() + " in the checkpoint, and " + parameter.wholeLength() + " of " + type
                    + " in the optimizer, or another slice of them");
        }
        run.memory().require(memory, "the " + what + " of " + name);
        long at = 0;
        for (Piece piece : pieces) {
            MemorySegment from = piece.part(begin, end);
            copies.add(new Copy(piece, from, memory.asSlice(at, from.byteSize())));
            at += from.byteSize();
        }
    }

    private static void requireIfAsked(Object asked, Object inFile, String what) {
        if (asked != null && inFile == null) {
            throw new InvalidSnapshotException("the checkpoint has no " + what);
        }
    }

    /** Checks the sums of all that is restored, and restores it. */
    void run() throws IOException {
        List<Piece> pieces = new ArrayList<>(state);
        copies.forEach(copy -> pieces.add(copy.from));
        Piece.verify(pieces, run.progress(), run.pieceBytes());
        run.memory().begin();
        try (Arena arena = Arena.ofShared()) {
            restore(snapshot(arena));
        }
        copies.forEach(copy -> run.memory().copy(copy.bytes, copy.to));
        cleared.forEach(run.memory()::clear);
        if (run.hasParameters()) {
            run.optimizer().writeCopies();
        }
    }

    private OptimizerSnapshot snapshot(Arena arena) {
        try {
            OptimizerSnapshot snapshot = saved.snapshot(run.optimizer(), arena);
            return run.isConvertingState() ? StateTypes.converted(snapshot, run.optimizer(), arena) : snapshot;
        } catch (OutOfMemoryError e) {
            throw new BackendException("there is no memory to put the state together", e);
        }
    }

    private void restore(OptimizerSnapshot snapshot) {
        Optimizer optimizer = run.optimizer();
        LossScaler scaler = run.lossScaler();
        SavedRun.LossScale scaleBefore =
                scaler == null ? null : new SavedRun.LossScale(scaler.scale(), scaler.appliedInARow());
        PlateauSchedule.State plateauBefore = run.plateau() == null ? null : run.plateau().state();
        boolean complete = false;
        try {
            restore(saved.lossScale(), saved.plateau());
            optimizer.restore(snapshot);
            complete = true;
        } catch (InvalidHyperparameterException e) {
            throw new InvalidSnapshotException("the checkpoint does not fit: " + e.getMessage());
        } finally {
            if (!complete) {
                restore(scaleBefore, plateauBefore);
            }
        }
    }

    private void restore(SavedRun.LossScale scale, PlateauSchedule.State plateau) {
        if (run.lossScaler() != null) {
            run.lossScaler().restore(scale.scale(), scale.appliedInARow());
        }
        if (run.plateau() != null) {
            run.plateau().restore(plateau);
        }
    }
}
