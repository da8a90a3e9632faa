package io.radam.checkpoint;

import io.radam.StateType;
import java.nio.file.Path;

/** Saves strings that are six times as long in JSON, and says how this fails. */
final class LongTextWriter {
    private LongTextWriter() {
    }

    public static void main(String[] arguments) throws Exception {
        String controls = "\u0000".repeat(80_000_000);
        try (Model model = new Model(Model.Kind.LION, StateType.FLOAT32, true)) {
            Checkpoint checkpoint = Checkpoint.of(model.optimizer);
            for (int i = 0; i < 20; i++) {
                checkpoint.put("text " + i, controls);
            }
            checkpoint.write(Path.of(arguments[0]));
        } catch (IllegalArgumentException e) {
            System.out.println("refused: " + e);
        }
    }
}
