package io.radam.checkpoint;

import io.radam.StateType;
import java.nio.file.Path;

/** Steps and saves until it is killed. */
final class EndlessWriter {
    private EndlessWriter() {
    }

    public static void main(String[] arguments) throws Exception {
        try (Model model = new Model(Model.Kind.ADAM, StateType.FLOAT32, true)) {
            Checkpoint checkpoint = Checkpoint.of(model.optimizer).withParameters().withAverages().pieceBytes(100);
            for (int step = 0;; step++) {
                checkpoint.put("step", String.valueOf(step)).write(Path.of(arguments[0]));
                model.step(1);
            }
        }
    }
}
