package io.radam.bench.peers;

import org.junit.jupiter.api.Test;

class LibtorchFusedTest {
    @Test
    void passesTheCheck() {
        PeerChecks.run(new LibtorchFused());
    }
}
