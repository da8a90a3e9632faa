package io.radam.bench.peers;

import io.radam.bench.TrainerChecks;
import org.junit.jupiter.api.Test;

class Nd4jUpdaterTest {
    @Test
    void passesTheCheck() {
        PeerChecks.run(new Nd4jUpdater.Own());
    }

    @Test
    void oursPassesTheCheck() {
        PeerChecks.run(new Nd4jUpdater.Ours());
    }

    @Test
    void networksLearn() {
        TrainerChecks.run(new Nd4jUpdater.Own());
        TrainerChecks.run(new Nd4jUpdater.Ours());
    }
}
