package io.radam.robustness.crash;

import java.nio.file.Path;

/**
 * Trains and saves after every step, from the latest checkpoint on, and says what it has done.
 *
 * <p>Arguments: the kind of training, the length of its parameters, the way to write, the folder, and the last step.
 */
final class KilledProgram {
    static final String RESTORING = "restoring";
    static final String RESTORED = "restored ";
    static final String WRITTEN = "written ";
    static final String END = "end ";

    private KilledProgram() {
    }

    public static void main(String[] arguments) throws Exception {
        Writing writing = Writing.valueOf(arguments[2]);
        Path folder = Path.of(arguments[3]);
        long last = Long.parseLong(arguments[4]);
        try (Training training = new Training(Training.Kind.valueOf(arguments[0]), Integer.parseInt(arguments[1]))) {
            System.out.println(RESTORING);
            writing.restore(training, folder);
            System.out.println(RESTORED + training.step());
            while (training.step() < last) {
                training.train();
                writing.write(training, folder);
                System.out.println(WRITTEN + training.step());
            }
            System.out.println(END + training.digest());
        }
    }
}
