package io.radam.bench.peers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.bench.Check;
import io.radam.bench.Implementation;
import io.radam.bench.Implementations;
import io.radam.bench.Rule;
import io.radam.bench.Training;
import io.radam.bench.Work;
import java.util.Arrays;

/** What each peer must pass. Each has a test class, and so a process, of its own. */
final class PeerChecks {
    private static final int STEPS = 100;

    private PeerChecks() {
    }

    static void run(Implementation peer) {
        assertTrue(Implementations.available().stream().anyMatch(i -> i.name().equals(peer.name())), "is registered");
        for (int size : new int[] {1, 15, 1024, 100_003}) {
            Check.created(peer, Work.of(size), 1).close();
        }
        if (peer.takesTensors()) {
            Check.created(peer, Work.of(10_000, 100), 1).close();
            Check.created(peer, new Work("unequal", 3, 64, 1, 1000), 1).close();
        }
        keepsGradients(peer);
    }

    /** The timed steps all read the same gradients: none of them may overwrite those, or a step becomes another one. */
    private static void keepsGradients(Implementation peer) {
        int size = 1024;
        float[] gradients = new float[size];
        Arrays.fill(gradients, 1);
        try (Training training = Check.created(peer, Work.of(size), 1)) {
            training.setGradients(gradients);
            makeSteps(training);
            float[] before = training.parameters();
            makeSteps(training);
            float[] after = training.parameters();
            for (int i = 0; i < size; i++) {
                // Had the gradients gone to zero, the first moment would have too, and nothing would move any longer.
                float perStep = (before[i] - after[i]) / STEPS;
                assertTrue(perStep > 0.5 * Rule.LEARNING_RATE, "parameter " + i + " moves " + perStep);
            }
        }
    }

    private static void makeSteps(Training training) {
        for (int step = 0; step < STEPS; step++) {
            training.prepare();
            training.step();
        }
    }
}
