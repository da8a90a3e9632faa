package io.radam.bench.peers;

import io.radam.bench.TrainerChecks;
import org.junit.jupiter.api.Test;

class DjlTrainerTest {
    @Test
    void passesTheCheck() {
        PeerChecks.run(new DjlTrainer.Own());
    }

    @Test
    void dropInPassesTheCheck() {
        PeerChecks.run(new DjlTrainer.DropIn());
    }

    @Test
    void oursPassesTheCheck() {
        PeerChecks.run(new DjlTrainer.Whole());
    }

    @Test
    void networksLearn() {
        TrainerChecks.run(new DjlTrainer.Own());
        TrainerChecks.run(new DjlTrainer.DropIn());
        TrainerChecks.run(new DjlTrainer.Whole());
    }
}
