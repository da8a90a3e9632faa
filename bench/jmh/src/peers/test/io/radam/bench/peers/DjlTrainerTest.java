package io.radam.bench.peers;

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
}
