package io.radam.bench.peers;

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
}
