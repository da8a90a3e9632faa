package io.radam.robustness.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.robustness.Size;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The public API by random sequences of calls, on two backends, against a model of what each call should do. */
class ApiFuzzTest {
    @Test
    void sequences() {
        long seed = Size.of("seed", 1);
        System.out.println("seed " + seed);
        ApiFuzzer fuzzer = new ApiFuzzer().run(seed, Size.of("api.seconds", 60));
        System.out.println(fuzzer);
        for (String kind : List.of("p", "add", "addGroup", "bind", "build", "checkpoint", "group", "remove", "restore",
                "setLearningRateFactor", "step", "zeroGradients")) {
            long[] count = fuzzer.count.getOrDefault(kind, new long[2]);
            assertTrue(count[0] > 0 && count[1] > 0, () -> "all or none succeed of " + kind + "\n" + fuzzer);
        }
    }
}
