package io.radam.bench;

/** What each that trains networks must pass. */
public final class TrainerChecks {
    private TrainerChecks() {
    }

    /** Trains both networks. */
    public static void run(NetworkTrainer trainer) {
        EpochBenchmark.checked(trainer, "digits", 1).close();
        EpochBenchmark.checked(trainer, "mlp", 1).close();
    }
}
