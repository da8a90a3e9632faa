package io.radam.checkpoint;

import io.radam.InvalidHyperparameterException;
import io.radam.InvalidSnapshotException;
import io.radam.LossScaler;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.ParameterGroup;
import io.radam.PlateauSchedule;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Restores a training from a file: checks everything, then changes everything. */
final class Restore {
    private final SavedRun saved;
    private final Checkpoint run;
    private final List<Copy> copies = new ArrayList<>();

    /** A tensor of the file, and the training's memory for it. */
    private record Copy(Tensor from, MemorySegment to) {
    }

    /** Checks all but the state, which the optimizer checks by itself, and the sums of the tensors. */
    Restore(SavedRun saved, Checkpoint run) {
        this.saved = saved;
        this.run = run;
        Contents.requireLittleEndian();
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
            check("values", saved.values(), name, TensorType.of(parameter.valuesType()),
                    run.optimizer().values(parameter));
            if (parameter.copy() != null) {
                run.memory().require(parameter.copy(), "the copy of " + name);
            }
        }
        if (run.hasAverages() && parameter.average() != null) {
            check("average", saved.averages(), name, TensorType.F32, parameter.average());
        }
    }

    private void check(String what, Map<String, Tensor> tensors, String name, TensorType type, MemorySegment memory) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new InvalidSnapshotException("the checkpoint does not have the " + what + " of " + name);
        }
        if (tensor.type() != type || tensor.bytes().byteSize() != memory.byteSize()) {
            throw new InvalidSnapshotException("the " + what + " of " + name + " are " + tensor.length() + " of "
                    + tensor.type() + " in the checkpoint, and " + memory.byteSize() / type.bytes() + " of " + type
                    + " in the optimizer");
        }
        run.memory().require(memory, "the " + what + " of " + name);
        copies.add(new Copy(tensor, memory));
    }

    private static void requireIfAsked(Object asked, Object inFile, String what) {
        if (asked != null && inFile == null) {
            throw new InvalidSnapshotException("the checkpoint has no " + what);
        }
    }

    /** Checks the sums of all that is restored, and restores it. */
    void run(TensorFile file) throws IOException {
        List<Tensor> tensors = new ArrayList<>(saved.state());
        copies.forEach(copy -> tensors.add(copy.from));
        file.verify(tensors, run.progress(), run.pieceBytes());
        run.memory().begin();

        Optimizer optimizer = run.optimizer();
        LossScaler scaler = run.lossScaler();
        SavedRun.LossScale scaleBefore =
                scaler == null ? null : new SavedRun.LossScale(scaler.scale(), scaler.appliedInARow());
        PlateauSchedule.State plateauBefore = run.plateau() == null ? null : run.plateau().state();
        boolean complete = false;
        try {
            restore(saved.lossScale(), saved.plateau());
            optimizer.restore(saved.snapshot());
            complete = true;
        } catch (InvalidHyperparameterException e) {
            throw new InvalidSnapshotException("the checkpoint does not fit: " + e.getMessage());
        } finally {
            if (!complete) {
                restore(scaleBefore, plateauBefore);
            }
        }
        copies.forEach(copy -> run.memory().copy(copy.from.bytes(), copy.to));
        if (run.hasParameters()) {
            optimizer.writeCopies();
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
