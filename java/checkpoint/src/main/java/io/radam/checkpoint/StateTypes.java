package io.radam.checkpoint;

import io.radam.Algorithm;
import io.radam.Conversions;
import io.radam.InvalidSnapshotException;
import io.radam.Optimizer;
import io.radam.OptimizerSnapshot;
import io.radam.ParameterGroup;
import io.radam.StateType;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** State of another type than that which an optimizer has. */
final class StateTypes {
    private StateTypes() {
    }

    /** Whether groups can be compared. If not, the optimizer says better what differs. */
    private static boolean areComparable(OptimizerSnapshot saved, Optimizer optimizer) {
        return saved.algorithm() == optimizer.algorithm() && saved.groups().size() == optimizer.groups().size();
    }

    /** Fails unless all types are those of the optimizer. */
    static void requireSame(OptimizerSnapshot saved, Optimizer optimizer) {
        if (!areComparable(saved, optimizer)) {
            return;
        }
        for (int i = 0; i < saved.groups().size(); i++) {
            StateType was = saved.groups().get(i).stateType();
            ParameterGroup group = optimizer.groups().get(i);
            if (was != group.stateType()) {
                throw new InvalidSnapshotException("the state type of group "
                        + (group.name() == null ? i : group.name()) + " is " + was + " in the checkpoint, and "
                        + group.stateType() + " in the optimizer; Checkpoint.convertingState() has it converted");
            }
        }
    }

    /** The same state, of the optimizer's types. */
    static OptimizerSnapshot converted(OptimizerSnapshot saved, Optimizer optimizer, Arena arena) {
        if (!areComparable(saved, optimizer)) {
            return saved;
        }
        List<OptimizerSnapshot.Group> groups = new ArrayList<>();
        for (int i = 0; i < saved.groups().size(); i++) {
            OptimizerSnapshot.Group was = saved.groups().get(i);
            ParameterGroup group = optimizer.groups().get(i);
            Algorithm algorithm = was.hyperparameters().algorithm();
            groups.add(was.stateType() == group.stateType() ? was : new OptimizerSnapshot.Group(was.name(),
                    was.hyperparameters(), group.stateType(), group.stateRounding(), was.parameters().stream()
                            .map(entry -> converted(entry, algorithm, group.stateType(), arena)).toList()));
        }
        return new OptimizerSnapshot(saved.algorithm(), saved.seed(), saved.learningRateFactor(),
                saved.nextRandomIndex(), groups);
    }

    private static OptimizerSnapshot.Entry converted(OptimizerSnapshot.Entry entry, Algorithm algorithm,
            StateType type, Arena arena) {
        return new OptimizerSnapshot.Entry(entry.name(), entry.length(), entry.first(), entry.wholeLength(),
                entry.randomIndex(), Conversions.convert(entry.state(), algorithm, type, arena));
    }
}
