package io.radam.bench.peers;

import io.radam.bench.TrainerChecks;
import org.junit.jupiter.api.Test;

class LibtorchStepsTest {
    @Test
    void passesTheCheck() {
        PeerChecks.run(new LibtorchSteps.Own());
    }

    @Test
    void oursPassesTheCheck() {
        PeerChecks.run(new LibtorchSteps.Ours());
    }

    @Test
    void networksLearn() {
        TrainerChecks.run(new LibtorchSteps.Own());
        TrainerChecks.run(new LibtorchSteps.Ours());
    }
}
