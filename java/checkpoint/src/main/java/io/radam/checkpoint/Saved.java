package io.radam.checkpoint;

import io.radam.InvalidSnapshotException;
import io.radam.Optimizer;
import io.radam.OptimizerSnapshot;
import io.radam.PlateauSchedule;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;

/** What a training has been saved as: in one file, or in several. */
interface Saved {
    /** Whose settings are those of the training. Its parameters may be some of them. */
    OptimizerSnapshot settings();

    Map<String, String> strings();

    /** Null if there is none. */
    SavedRun.LossScale lossScale();

    /** Null if there is none. */
    PlateauSchedule.State plateau();

    /** The values of a parameter, by its name; null if there are none. */
    Part values(String name);

    /** The lower halves of a parameter's values, by its name; null if there are none. */
    Part lowerHalves(String name);

    /** The average of a parameter, by its name; null if there is none. */
    Part average(String name);

    /**
     * What {@link #snapshot} reads, of which the checksums are compared before.
     *
     * @throws InvalidSnapshotException if it does not fit the optimizer
     */
    List<Piece> state(Optimizer optimizer);

    /**
     * The optimizer's state.
     *
     * @param arena gets what has to be copied
     */
    OptimizerSnapshot snapshot(Optimizer optimizer, Arena arena);

    /**
     * A tensor that lies in pieces.
     *
     * @param length of the whole
     * @param pieces in their order
     */
    record Part(TensorType type, long length, List<Piece> pieces) {
    }
}
