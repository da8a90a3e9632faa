package io.radam.robustness.crash;

import java.nio.file.Path;

/**
 * Trains and saves, while all that it does to a folder is recorded.
 *
 * <p>Arguments: the way to write, the length of parameters, the number of steps, the folder, and the record.
 */
final class RecordedProgram {
    static final String BEGIN = "begin ";
    static final String END = "end ";

    private RecordedProgram() {
    }

    public static void main(String[] arguments) throws Exception {
        Faults faults = new Faults();
        Path folder = Path.of(arguments[3]);
        faults.watch(folder);
        faults.record(Path.of(arguments[4]));
        try (Training training = new Training(Training.Kind.SGD_MOMENTUM, Integer.parseInt(arguments[1]))) {
            while (training.step() < Long.parseLong(arguments[2])) {
                training.train();
                faults.note(BEGIN + training.step());
                Writing.valueOf(arguments[0]).write(training, folder);
                faults.note(END + training.step());
            }
        }
    }
}
