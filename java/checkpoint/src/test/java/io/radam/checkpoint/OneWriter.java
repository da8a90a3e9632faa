package io.radam.checkpoint;

import io.radam.StateType;
import java.io.IOException;
import java.nio.file.Path;

/** Saves once, and says how it went. */
final class OneWriter {
    private OneWriter() {
    }

    public static void main(String[] arguments) {
        try (Model model = new Model(Model.Kind.LION, StateType.FLOAT32, true)) {
            Checkpoint.write(Path.of(arguments[0]), model.optimizer);
            System.out.println("written");
        } catch (IOException e) {
            System.out.println("refused: " + e);
        }
    }
}
