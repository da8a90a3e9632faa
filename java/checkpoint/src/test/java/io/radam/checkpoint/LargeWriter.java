package io.radam.checkpoint;

import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.SGD;
import java.io.IOException;
import java.nio.file.Path;

/** Writes a checkpoint of 4 MiB where files must be smaller, and says what came of it. */
final class LargeWriter {
    private LargeWriter() {
    }

    public static void main(String[] arguments) {
        float[] values = new float[1 << 20];
        try (Optimizer optimizer = SGD.builder().parameter(Parameter.of(values, new float[1 << 20])).build()) {
            Checkpoint.of(optimizer).withParameters().write(Path.of(arguments[0]));
            System.out.println("written");
        } catch (IOException e) {
            System.out.println("refused: " + e.getMessage());
        }
    }
}
