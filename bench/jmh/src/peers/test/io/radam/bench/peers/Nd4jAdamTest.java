package io.radam.bench.peers;

import org.junit.jupiter.api.Test;

class Nd4jAdamTest {
    @Test
    void passesTheCheck() {
        PeerChecks.run(new Nd4jAdam());
    }
}
