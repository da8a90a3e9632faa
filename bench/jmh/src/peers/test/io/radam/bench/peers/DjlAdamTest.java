package io.radam.bench.peers;

import org.junit.jupiter.api.Test;

class DjlAdamTest {
    @Test
    void passesTheCheck() {
        PeerChecks.run(new DjlAdam());
    }
}
